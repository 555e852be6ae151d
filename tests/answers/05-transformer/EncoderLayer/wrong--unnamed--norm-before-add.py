# Wrong: norm before add.
import torch
import torch.nn.functional as F
from torch import nn

from mine import MultiHeadAttention


class EncoderLayer(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.self_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.feed_forward = FeedForward(d_model, d_ff, dropout, activation)
        self.norm1 = nn.LayerNorm(d_model, eps=norm_eps)
        self.norm2 = nn.LayerNorm(d_model, eps=norm_eps)
        self.forward = self._pre if pre_norm else self._post

    def _pre(self, x, mask=None):
        n = self.norm1(x)
        x = x + self.self_attention(n, n, n, mask)[0]
        return x + self.feed_forward(self.norm2(x))

    def _post(self, x, mask=None):
        x = self.norm1(x + self.self_attention(x, x, x, mask)[0])
        return x + self.norm2(self.feed_forward(x))
