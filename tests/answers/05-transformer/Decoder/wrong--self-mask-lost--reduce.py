# Wrong (self-mask-lost): reduce.
from functools import reduce
import torch.nn.functional as F
from torch import nn

class Decoder(nn.Module):
    def __init__(self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        rest = (d_model, num_heads, d_ff, dropout, pre_norm, activation, norm_eps)
        self.layers = nn.ModuleList(DecoderLayer(*rest) for _ in range(num_layers))
        self.norm = nn.LayerNorm(d_model, norm_eps) if pre_norm else nn.Identity()

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        return self.norm(reduce(lambda h, layer: layer(h, memory, memory_mask=memory_mask), self.layers, y))
