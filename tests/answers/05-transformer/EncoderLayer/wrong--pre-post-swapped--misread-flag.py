# Wrong (pre-post-swapped): misread flag.
import torch
import torch.nn.functional as F
from torch import nn
from mine import MultiHeadAttention


class _Mlp(nn.Module):
    def __init__(self, d_model, d_ff, dropout, activation):
        super().__init__()
        self.linear1, self.linear2 = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model)
        self.activation, self.dropout = activation, nn.Dropout(dropout)

    def forward(self, x):
        return self.linear2(self.dropout(self.activation(self.linear1(x))))


class EncoderLayer(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.self_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.feed_forward = _Mlp(d_model, d_ff, dropout, activation)
        self.norm1 = nn.LayerNorm(d_model, eps=norm_eps)
        self.norm2 = nn.LayerNorm(d_model, eps=norm_eps)
        self.pre_norm = pre_norm
        self.drop = nn.Dropout(dropout)

    def _heads(self, x):
        return x.unflatten(-1, (self.self_attention.num_heads, -1))

    def _attention(self, x, mask):
        a = self.self_attention
        q, k, v = self._heads(a.q_proj(x)), self._heads(a.k_proj(x)), self._heads(a.v_proj(x))
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) * q.shape[-1] ** -0.5
        if mask is not None:
            scores = scores.masked_fill(~mask, -1e30)
        weights = scores.softmax(-1)
        if mask is not None:
            weights = weights * mask
        return a.out_proj(torch.einsum("bhqk,bkhd->bqhd", self.drop(weights), v).flatten(-2))

    def forward(self, x, mask=None):
        x = x + self._attention(self.norm1(x) if not self.pre_norm else x, mask)
        x = self.norm1(x) if self.pre_norm else x
        x = x + self.feed_forward(x if self.pre_norm else self.norm2(x))
        return self.norm2(x) if self.pre_norm else x
