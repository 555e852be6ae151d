# Wrong: self attention over the memory too.
import torch
import torch.nn.functional as F
from torch import nn

from mine import MultiHeadAttention


class DecoderLayer(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.self_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.cross_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.feed_forward = FeedForward(d_model, d_ff, dropout, activation)
        self.norm1 = nn.LayerNorm(d_model, eps=norm_eps)
        self.norm2 = nn.LayerNorm(d_model, eps=norm_eps)
        self.norm3 = nn.LayerNorm(d_model, eps=norm_eps)
        self.drop = nn.Dropout(dropout)
        self.pre_norm = pre_norm

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        if self.pre_norm:
            n = self.norm1(y)
            a, _ = self.self_attention(n, torch.cat([memory, n], 1), torch.cat([memory, n], 1))
            y = y + self.drop(a)
            n = self.norm2(y)
            c, _ = self.cross_attention(n, memory, memory, memory_mask)
            y = y + self.drop(c)
            return y + self.drop(self.feed_forward(self.norm3(y)))
        a, _ = self.self_attention(y, y, y, self_mask)
        y = self.norm1(y + self.drop(a))
        c, _ = self.cross_attention(y, memory, memory, memory_mask)
        y = self.norm2(y + self.drop(c))
        return self.norm3(y + self.drop(self.feed_forward(y)))
