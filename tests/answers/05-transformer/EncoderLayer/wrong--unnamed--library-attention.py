# Wrong: library attention.
import torch.nn.functional as F
from torch import nn


class EncoderLayer(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        super().__init__()
        self.self_attention = nn.MultiheadAttention(d_model, num_heads, dropout, batch_first=True)
        self.feed_forward = FeedForward(d_model, d_ff, dropout, activation)
        self.norm1, self.norm2 = nn.LayerNorm(d_model, norm_eps), nn.LayerNorm(d_model, norm_eps)
        self.pre_norm = pre_norm

    def forward(self, x, mask=None):
        attend = lambda h: self.self_attention(h, h, h, attn_mask=mask)[0]
        x = residual(x, attend, self.norm1, self.pre_norm)
        return residual(x, self.feed_forward, self.norm2, self.pre_norm)
