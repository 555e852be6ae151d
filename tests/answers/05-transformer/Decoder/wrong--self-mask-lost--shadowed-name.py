# Wrong (self-mask-lost): shadowed name.
import torch
import torch.nn.functional as F
from torch import nn


class Decoder(nn.Module):
    def __init__(self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.layers = nn.ModuleList()
        for _ in range(num_layers):
            self.layers.append(DecoderLayer(d_model, num_heads, d_ff, dropout, pre_norm, activation, norm_eps))
        self.norm = nn.LayerNorm(d_model, norm_eps) if pre_norm else nn.Identity()

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        self_mask = getattr(self, 'self_mask', None)
        for i in range(len(self.layers)):
            y = self.layers[i](y, memory, self_mask=self_mask, memory_mask=memory_mask)
        return self.norm(y)
