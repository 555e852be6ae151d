# Wrong (memory-unused): attends to itself.
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
        self.pre_norm = pre_norm
        self.rate = dropout

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        steps = [
            (self.norm1, lambda h: self.self_attention(query=h, key=h, value=h, mask=self_mask)[0]),
            (self.norm2, lambda h: self.cross_attention(query=h, key=h, value=h, mask=self_mask)[0]),
            (self.norm3, self.feed_forward),
        ]
        for norm, f in steps:
            change = F.dropout(f(norm(y) if self.pre_norm else y), self.rate, self.training)
            y = y + change
            if not self.pre_norm:
                y = norm(y)
        return y
