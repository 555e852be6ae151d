# Right: typed.
from collections.abc import Callable

import torch
import torch.nn.functional as F
from mine import MultiHeadAttention
from torch import Tensor, nn


class EncoderLayer(nn.Module):
    """One encoder block: self-attention and a feed-forward network, each with its residual connection and norm."""

    def __init__(self, d_model: int, num_heads: int, d_ff: int, dropout: float = 0.0, pre_norm: bool = False,
                 activation: Callable[[Tensor], Tensor] = F.relu, norm_eps: float = 1e-5) -> None:
        super().__init__()
        self.pre_norm: bool = pre_norm
        self.norm2 = nn.LayerNorm(normalized_shape=d_model, eps=norm_eps)
        self.norm1 = nn.LayerNorm(normalized_shape=d_model, eps=norm_eps)
        self.feed_forward = FeedForward(d_model=d_model, d_ff=d_ff, dropout=dropout, activation=activation)
        self.self_attention = MultiHeadAttention(d_model=d_model, num_heads=num_heads, dropout=dropout)
        self.register_buffer("seen", torch.zeros(1), persistent=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        if mask is not None and mask.dtype != torch.bool:
            raise TypeError("a mask is boolean here: True means may attend")
        self.seen = self.seen + x.shape[0]

        def attention(h: Tensor) -> Tensor:
            output: Tensor = self.self_attention(h, h, h, mask)[0]
            return output

        x = residual(x, attention, norm=self.norm1, pre_norm=self.pre_norm)
        x = residual(x, self.feed_forward, norm=self.norm2, pre_norm=self.pre_norm)
        return x
