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
        self.cross_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.feed_forward = _Mlp(d_model, d_ff, dropout, activation)
        self.norm1, self.norm2, self.norm3 = [nn.LayerNorm(d_model, eps) for _ in range(3)]
        self.pre_norm = pre_norm

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        if self.pre_norm:
            h = self.norm1(y)
            y = y + self.self_attention(h, h, h, self_mask)[0]
            y = y + self.cross_attention(self.norm2(y), memory, memory, memory_mask)[0]
            return y + self.feed_forward(self.norm3(y))
        y = self.norm1(y + self.self_attention(y, y, y, self_mask)[0])
        y = self.norm2(y + self.cross_attention(y, memory, memory, memory_mask)[0])
        return self.norm3(y + self.feed_forward(y))


class Decoder(nn.Module):
    def __init__(self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.layers = nn.ModuleList(
            _Layer(d_model, num_heads, d_ff, dropout, pre_norm, activation, norm_eps) for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(d_model, norm_eps) if pre_norm else nn.Identity()

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        for layer in self.layers:
            y = layer(y, memory, self_mask, memory_mask)
        return self.norm(y)
