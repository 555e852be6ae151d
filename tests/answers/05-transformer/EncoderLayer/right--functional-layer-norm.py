# Right: functional layer norm.
import torch
import torch.nn.functional as F
from torch import nn

from mine import MultiHeadAttention


def _normed(x, norm):
    return F.layer_norm(x, norm.normalized_shape, norm.weight, norm.bias, norm.eps)


class EncoderLayer(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.self_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.feed_forward = FeedForward(d_model, d_ff, dropout, activation)
        self.norm1 = nn.LayerNorm(d_model, eps=norm_eps)
        self.norm2 = nn.LayerNorm(d_model, eps=norm_eps)
        self.pre_norm, self.rate = pre_norm, dropout

    def forward(self, x, mask=None):
        keep = lambda y: F.dropout(y, self.rate, self.training)
        if not self.pre_norm:
            x = _normed(x + keep(self.self_attention(x, x, x, mask)[0]), self.norm1)
            return _normed(x + keep(self.feed_forward(x)), self.norm2)
        n = _normed(x, self.norm1)
        x = x + keep(self.self_attention(n, n, n, mask)[0])
        return x + keep(self.feed_forward(_normed(x, self.norm2)))
