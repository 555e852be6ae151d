# Wrong: norms shared between layers.
import torch
import torch.nn.functional as F
from torch import nn


class Encoder(nn.Module):
    def __init__(self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.layers = nn.ModuleList(
            [EncoderLayer(d_model, num_heads, d_ff, dropout, pre_norm, activation, norm_eps) for _ in range(num_layers)]
        )
        for layer in self.layers[1:]:
            layer.norm1 = self.layers[0].norm1
        self.norm = nn.LayerNorm(d_model, eps=norm_eps) if pre_norm else None

    def forward(self, x, mask=None):
        for layer in self.layers:
            x = layer(x, mask)
        return x if self.norm is None else self.norm(x)
