# Wrong (one-residual-missing): identity instead of sum.
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
        self.p = dropout

    def _attend(self, x, mask):
        output, _weights = self.self_attention(query=x, key=x, value=x, mask=mask)
        return F.dropout(output, self.p, self.training)

    def forward(self, x, mask=None):
        steps = [(self.norm1, lambda h: self._attend(h, mask)), (self.norm2, self.feed_forward)]
        for i, (norm, f) in enumerate(steps):
            skip = x if i == 0 else torch.zeros_like(x)
            x = skip + f(norm(x)) if self.pre_norm else norm(skip + f(x))
        return x
