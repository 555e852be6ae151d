# Right: mask written out for every head.
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
        self.dropout1 = nn.Dropout(dropout)
        self.dropout2 = nn.Dropout(dropout)
        self.pre_norm = pre_norm

    def forward(self, x, mask=None):
        B, T, _ = x.shape
        if mask is not None:
            mask = mask.expand(B, self.self_attention.num_heads, T, T)
        if self.pre_norm:
            h = self.norm1(x)
            a, _ = self.self_attention(h, h, h, mask)
            x = x + self.dropout1(a)
            h = self.norm2(x)
            x = x + self.dropout2(self.feed_forward(h))
        else:
            a, _ = self.self_attention(x, x, x, mask)
            x = self.norm1(x + self.dropout1(a))
            x = self.norm2(x + self.dropout2(self.feed_forward(x)))
        return x
