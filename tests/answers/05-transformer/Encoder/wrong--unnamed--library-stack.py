# Wrong: library stack.
import torch
import torch.nn.functional as F
from torch import nn


class Encoder(nn.Module):
    def __init__(self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        layer = nn.TransformerEncoderLayer(d_model, num_heads, d_ff, dropout, activation, norm_eps, True, pre_norm)
        norm = nn.LayerNorm(d_model, eps=norm_eps) if pre_norm else None
        self.stack = nn.TransformerEncoder(layer, num_layers, norm, enable_nested_tensor=False)
        self.layers, self.norm = self.stack.layers, self.stack.norm

    def forward(self, x, mask=None):
        return self.stack(x, None if mask is None else ~mask.squeeze())
