# Wrong (shared-layers): first layer runs n times.
from functools import reduce
import torch.nn.functional as F
from torch import nn

class Encoder(nn.Module):
    def __init__(self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        rest = (d_model, num_heads, d_ff, dropout, pre_norm, activation, norm_eps)
        self.layers = nn.ModuleList(EncoderLayer(*rest) for _ in range(num_layers))
        self.norm = [None, nn.LayerNorm(d_model, norm_eps)][bool(pre_norm)]

    def forward(self, x, mask=None):
        y = reduce(lambda h, layer: self.layers[0](h, mask), self.layers, x)
        return (self.norm or (lambda h: h))(y)
