# Right: mask of ones when none.
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
        self.order = (nn.Identity(), self.norm1, nn.Identity(), self.norm2) if not pre_norm else (self.norm1, nn.Identity(), self.norm2, nn.Identity())
        self.drop = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        if mask is None:
            mask = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool, device=x.device)
        before1, after1, before2, after2 = self.order
        y, weights = self.self_attention(*[before1(x)] * 3, mask)
        print("heads", weights.shape[1], "rows", weights.shape[2])
        x = after1(torch.add(x, self.drop(y)))
        y = self.drop(self.feed_forward(before2(x)))
        return after2(torch.add(x, y))
