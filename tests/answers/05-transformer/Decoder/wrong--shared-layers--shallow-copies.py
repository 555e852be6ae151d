# Wrong (shared-layers): shallow copies.
import copy
import torch.nn.functional as F
from torch import nn


def _clones(module, n):
    return nn.ModuleList([copy.copy(module) for _ in range(n)])


class Decoder(nn.Module):
    def __init__(self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.layers = _clones(DecoderLayer(d_model, num_heads, d_ff, dropout, pre_norm, activation, norm_eps), num_layers)
        if pre_norm:
            self.norm = nn.LayerNorm(d_model, eps=norm_eps)

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        h, masks = y, dict(self_mask=self_mask, memory_mask=memory_mask)
        for layer in self.layers:
            h = layer(h, memory, **masks)
        if hasattr(self, "norm"):
            h = self.norm(h)
        return h
