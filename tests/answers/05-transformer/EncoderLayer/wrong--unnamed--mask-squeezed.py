# Wrong: mask squeezed.
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
        self.dropout = nn.Dropout(dropout)
        self.pre_norm = pre_norm

    def forward(self, x, mask=None):
        def attend(h):
            return self.dropout(self.self_attention(h, h, h, None if mask is None else mask.squeeze(1) if mask.dim() == 4 else mask)[0])

        x = residual(x, attend, self.norm1, self.pre_norm)
        return residual(x, self.feed_forward, self.norm2, self.pre_norm)
