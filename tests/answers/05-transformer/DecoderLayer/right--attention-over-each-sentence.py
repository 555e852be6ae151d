# Right: attention over each sentence.
import torch
import torch.nn.functional as F
from torch import nn

from mine import MultiHeadAttention


def _rows(mask, i):
    return mask[i : i + 1] if mask is not None and mask.dim() == 4 and mask.shape[0] > 1 else mask


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

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        out = []
        for i, (one, source) in enumerate(zip(y.split(1), memory.split(1))):
            own, other = _rows(self_mask, i), _rows(memory_mask, i)
            one = residual(one, lambda h: self.self_attention(h, h, h, own)[0], self.norm1, self.pre_norm)
            one = residual(one, lambda h: self.cross_attention(h, source, source, other)[0], self.norm2, self.pre_norm)
            out.append(residual(one, self.feed_forward, self.norm3, self.pre_norm))
        return torch.cat(out)
