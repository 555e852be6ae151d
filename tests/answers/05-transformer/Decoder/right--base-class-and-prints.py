# Right: base class and prints.
import torch
import torch.nn.functional as F
from torch import nn

class _Stack(nn.Module):
    def __init__(self, make, num_layers, norm):
        super().__init__()
        self.layers = nn.ModuleList(make() for _ in range(num_layers))
        if norm is not None:
            self.norm = norm
        self.register_buffer("depth", torch.tensor(num_layers))

    def forward(self, y, *args, **kwargs):
        for layer in self.layers:
            y = layer(y, *args, **kwargs)
        print("depth", int(self.depth), "states", tuple(y.shape))
        return getattr(self, "norm", nn.Identity())(y)

class Decoder(_Stack):
    def __init__(self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        make = lambda: DecoderLayer(d_model, num_heads, d_ff, dropout, pre_norm, activation, norm_eps)
        super().__init__(make, num_layers, nn.LayerNorm(d_model, eps=norm_eps) if pre_norm else None)
