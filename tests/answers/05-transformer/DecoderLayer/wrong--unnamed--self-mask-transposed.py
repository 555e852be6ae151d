# Wrong: self mask transposed.
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
        self.dropout = nn.Dropout(dropout)
        self.pre_norm = pre_norm

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        look_back = lambda h: self.dropout(self.self_attention(h, h, h, None if self_mask is None else self_mask.transpose(-1, -2))[0])
        look_across = lambda h: self.dropout(self.cross_attention(h, memory, memory, memory_mask)[0])
        y = residual(y, look_back, self.norm1, self.pre_norm)
        y = residual(y, look_across, self.norm2, self.pre_norm)
        return residual(y, self.feed_forward, self.norm3, self.pre_norm)
