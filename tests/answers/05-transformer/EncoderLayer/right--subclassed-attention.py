# Right: subclassed attention.
import torch.nn.functional as F
from torch import nn
from mine import MultiHeadAttention

class _SelfAttention(MultiHeadAttention):
    def forward(self, x, mask=None, *ignored):
        return super().forward(x, x, x, mask)[0]

class _Residuals(nn.Module):
    """Knows where the norm goes, nothing else."""
    def around(self, x, f, norm):
        return norm(x + f(x)) if not self.pre_norm else x + f(norm(x))

class EncoderLayer(_Residuals):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.self_attention = _SelfAttention(d_model, num_heads, dropout)
        self.feed_forward = FeedForward(d_model, d_ff, dropout, activation)
        for name in ("norm1", "norm2"):
            self.add_module(name, nn.LayerNorm(d_model, norm_eps))
        self.pre_norm = pre_norm

    def forward(self, x, mask=None):
        x = self.around(x, lambda h: self.self_attention(h, mask), self.norm1)
        return self.around(x, self.feed_forward, self.norm2)
