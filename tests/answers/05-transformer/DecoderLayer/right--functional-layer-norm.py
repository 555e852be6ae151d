# Right: functional layer norm.
import torch
import torch.nn.functional as F
from torch import nn

from mine import MultiHeadAttention


def _normed(x, norm, wanted):
    return F.layer_norm(x, x.shape[-1:], norm.weight, norm.bias, norm.eps) if wanted else x


class DecoderLayer(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.self_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.cross_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.feed_forward = FeedForward(d_model, d_ff, dropout, activation)
        self.norm1 = nn.LayerNorm(d_model, eps=norm_eps)
        self.norm2 = nn.LayerNorm(d_model, eps=norm_eps)
        self.norm3 = nn.LayerNorm(d_model, eps=norm_eps)
        self.pre, self.post = bool(pre_norm), not pre_norm
        self.rate = dropout

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        q = _normed(y, self.norm1, self.pre)
        y = _normed(y + self.self_attention(q, q, q, self_mask)[0], self.norm1, self.post)
        q = _normed(y, self.norm2, self.pre)
        y = _normed(y + self.cross_attention(q, memory, memory, memory_mask)[0], self.norm2, self.post)
        q = _normed(y, self.norm3, self.pre)
        return _normed(y + F.dropout(self.feed_forward(q), self.rate, self.training), self.norm3, self.post)
