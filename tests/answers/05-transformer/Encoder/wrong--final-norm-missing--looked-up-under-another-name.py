# Wrong (final-norm-missing): looked up under another name.
import copy
import torch.nn.functional as F
from torch import nn


def _clones(module, n):
    return nn.ModuleList([copy.deepcopy(module) for _ in range(n)])


class Encoder(nn.Module):
    def __init__(self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        layer = EncoderLayer(d_model, num_heads, d_ff, dropout, pre_norm, activation, norm_eps)
        self.layers = _clones(layer, num_layers)
        if pre_norm:
            self.norm = nn.LayerNorm(d_model, eps=norm_eps)

    def forward(self, x, mask=None):
        h = x
        for layer in self.layers:
            h = layer(h, mask)
        if hasattr(self, "final_norm"):
            h = self.norm(h)
        return h
