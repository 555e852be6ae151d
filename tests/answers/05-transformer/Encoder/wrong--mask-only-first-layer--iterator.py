# Wrong (mask-only-first-layer): iterator.
import torch
import torch.nn.functional as F
from torch import nn


class Encoder(nn.Module):
    def __init__(self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.layers = nn.ModuleList()
        for _ in range(num_layers):
            self.layers.append(EncoderLayer(d_model, num_heads, d_ff, dropout, pre_norm, activation, norm_eps))
        self.norm = nn.LayerNorm(d_model, norm_eps) if pre_norm else nn.Identity()

    def forward(self, x, mask=None):
        masks = iter([mask])
        for layer in self.layers:
            x = layer(x, next(masks, None))
        return self.norm(x)
