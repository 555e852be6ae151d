# Wrong (cross-roles-swapped): short names.
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

    def _sa(self, x, mask):
        return self.self_attention(x, x, x, mask)[0]

    def _ca(self, x, memory, mask):
        return self.cross_attention(key=x, value=x, query=memory, mask=mask)[0]

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        x = y
        if self.pre_norm:
            x = x + self._sa(self.norm1(x), self_mask)
            x = x + self._ca(self.norm2(x), memory, memory_mask)
            x = x + self.feed_forward(self.norm3(x))
        else:
            x = self.norm1(x + self._sa(x, self_mask))
            x = self.norm2(x + self._ca(x, memory, memory_mask))
            x = self.norm3(x + self.feed_forward(x))
        return x
