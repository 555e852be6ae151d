# Right: layers written out.
import torch.nn.functional as F
from torch import nn

from mine import MultiHeadAttention


class _Mlp(nn.Module):
    def __init__(self, d_model, d_ff, dropout, activation):
        super().__init__()
        self.linear1 = nn.Linear(d_model, d_ff)
        self.linear2 = nn.Linear(d_ff, d_model)
        self.activation, self.p = activation, dropout

    def forward(self, x):
        return self.linear2(F.dropout(self.activation(self.linear1(x)), self.p, self.training))


class _Layer(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout, pre_norm, activation, eps):
        super().__init__()
        self.self_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.feed_forward = _Mlp(d_model, d_ff, dropout, activation)
        self.norm1, self.norm2 = nn.LayerNorm(d_model, eps), nn.LayerNorm(d_model, eps)
        self.pre_norm = pre_norm

    def forward(self, x, mask=None):
        if self.pre_norm:
            h = self.norm1(x)
            x = x + self.self_attention(h, h, h, mask)[0]
            return x + self.feed_forward(self.norm2(x))
        x = self.norm1(x + self.self_attention(x, x, x, mask)[0])
        return self.norm2(x + self.feed_forward(x))


class Encoder(nn.Module):
    def __init__(self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.layers = nn.ModuleList(
            _Layer(d_model, num_heads, d_ff, dropout, pre_norm, activation, norm_eps) for _ in range(num_layers)
        )
        if pre_norm:
            self.norm = nn.LayerNorm(d_model, norm_eps)

    def forward(self, x, mask=None):
        for layer in self.layers:
            x = layer(x, mask)
        return getattr(self, "norm", nn.Identity())(x)
