# Right: base class and prints.
import torch.nn.functional as F
from torch import nn
from mine import MultiHeadAttention

class _Block(nn.Module):
    def step(self, x, number, f, *args):
        norm = getattr(self, f"norm{number}")
        y = f(norm(x) if self.pre_norm else x, *args)
        if isinstance(y, tuple):
            y, weights = y
            print("weights", tuple(weights.shape))
        x = x + self.dropout(y)
        return x if self.pre_norm else norm(x)

class DecoderLayer(_Block):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.pre_norm = pre_norm
        self.dropout = nn.Dropout(dropout)
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(d_model, norm_eps) for _ in range(3))
        self.self_attention, self.cross_attention = (MultiHeadAttention(d_model, num_heads) for _ in range(2))
        self.feed_forward = FeedForward(d_model, d_ff, activation=activation)

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        y = self.step(y, 1, lambda h: self.self_attention(h, h, h, self_mask))
        y = self.step(y, 2, self.cross_attention, memory, memory, memory_mask)
        return self.step(y, 3, self.feed_forward)
