# Wrong: saved tensor overwritten.
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
        self.pre_norm = pre_norm

    def forward(self, x, mask=None):
        steps = ((self.norm1, lambda h: self.self_attention(h, h, h, mask)[0]), (self.norm2, self.feed_forward))
        y = x.clone()
        for norm, f in steps:
            h = norm(y) if self.pre_norm else y.clone()
            y += f(h)
            if not self.pre_norm:
                y = norm(y)
        return y
