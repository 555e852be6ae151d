# Right: attention and feed forward inside.
import torch
import torch.nn.functional as F
from torch import nn
from mine import MultiHeadAttention


class _Mlp(nn.Module):
    def __init__(self, d_model, d_ff, activation):
        super().__init__()
        self.linear1, self.linear2, self.activation = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model), activation

    def forward(self, x):
        return self.linear2(self.activation(self.linear1(x)))


def _attend(m, query, source, mask, p):
    cut = lambda x: x.unflatten(-1, (m.num_heads, -1)).transpose(1, 2)
    q, k, v = cut(m.q_proj(query)), cut(m.k_proj(source)), cut(m.v_proj(source))
    scores = q @ k.mT / q.shape[-1] ** 0.5
    if mask is not None:
        scores = torch.where(mask, scores, -1e30)
    weights = scores.softmax(-1)
    if mask is not None:
        weights = weights * mask
    return m.out_proj((F.dropout(weights, p) @ v if p else weights @ v).transpose(1, 2).flatten(2))


class DecoderLayer(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.self_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.cross_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.feed_forward = _Mlp(d_model, d_ff, activation)
        self.norm1 = nn.LayerNorm(d_model, eps=norm_eps)
        self.norm2 = nn.LayerNorm(d_model, eps=norm_eps)
        self.norm3 = nn.LayerNorm(d_model, eps=norm_eps)
        self.pre_norm, self.p = pre_norm, dropout

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        p = self.p if self.training else 0.0
        before = lambda h, norm: norm(h) if self.pre_norm else h
        after = lambda h, norm: h if self.pre_norm else norm(h)
        h = before(y, self.norm1)
        y = after(y + _attend(self.self_attention, h, h, self_mask, p), self.norm1)
        y = after(y + _attend(self.cross_attention, before(y, self.norm2), memory, memory_mask, p), self.norm2)
        return after(y + self.feed_forward(before(y, self.norm3)), self.norm3)
