# Right: recursion.
import torch
import torch.nn.functional as F
from torch import nn


class Encoder(nn.Module):
    def __init__(self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        options = dict(dropout=dropout, pre_norm=pre_norm, activation=activation, norm_eps=norm_eps)
        self.layers = nn.ModuleList([EncoderLayer(d_model, num_heads, d_ff, **options) for n in range(num_layers)])
        self.register_module("norm", nn.LayerNorm(d_model, eps=norm_eps) if pre_norm else None)

    def _upwards(self, x, mask, i):
        if i == len(self.layers):
            return x
        return self._upwards(self.layers[i](x, mask), mask, i + 1)

    def forward(self, x, mask=None):
        x = self._upwards(x, mask, 0)
        if self.norm is not None:
            x = self.norm(x)
        return x
