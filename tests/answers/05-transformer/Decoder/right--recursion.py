# Right: recursion.
import torch
import torch.nn.functional as F
from torch import nn


class Decoder(nn.Module):
    def __init__(self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        options = dict(dropout=dropout, pre_norm=pre_norm, activation=activation, norm_eps=norm_eps)
        self.layers = nn.ModuleList([DecoderLayer(d_model, num_heads, d_ff, **options) for n in range(num_layers)])
        self.register_module("norm", nn.LayerNorm(d_model, eps=norm_eps) if pre_norm else None)

    def _upwards(self, layers, y, *rest):
        return self._upwards(layers[1:], layers[0](y, *rest), *rest) if len(layers) else y

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        top = self._upwards(list(self.layers), y, memory, self_mask, memory_mask)
        return top if self.norm is None else self.norm(top)
