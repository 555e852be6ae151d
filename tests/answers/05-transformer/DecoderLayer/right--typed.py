# Right: typed.
from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mine import MultiHeadAttention


class DecoderLayer(nn.Module):
    """Masked self-attention, attention over the memory, feed-forward; a residual connection and a norm for each."""

    def __init__(
        self,
        d_model: int,
        num_heads: int,
        d_ff: int,
        dropout: float = 0.0,
        pre_norm: bool = False,
        activation: Callable[[Tensor], Tensor] = F.relu,
        norm_eps: float = 1e-5,
    ) -> None:
        super().__init__()
        for name in ("self_attention", "cross_attention"):
            self.add_module(name, MultiHeadAttention(d_model, num_heads, dropout))
        self.feed_forward = FeedForward(d_model, d_ff, dropout=dropout, activation=activation)
        for number in (1, 2, 3):
            self.add_module(f"norm{number}", nn.LayerNorm(d_model, eps=norm_eps))
        self.register_buffer("order", torch.arange(3))
        self.pre_norm = pre_norm

    def _cross(self, memory: Tensor, mask: Tensor | None) -> Callable[[Tensor], Tensor]:
        def sublayer(h: Tensor) -> Tensor:
            context, _ = self.cross_attention(h, memory, memory, mask)
            return context

        return sublayer

    def forward(
        self, y: Tensor, memory: Tensor, self_mask: Tensor | None = None, memory_mask: Tensor | None = None
    ) -> Tensor:
        if y.shape[-1] != memory.shape[-1]:
            raise ValueError("y and memory must be equally wide")
        y = residual(y, lambda h: self.self_attention(h, h, h, self_mask)[0], self.norm1, self.pre_norm)
        y = residual(y, self._cross(memory, memory_mask), self.norm2, self.pre_norm)
        return residual(y, self.feed_forward, self.norm3, self.pre_norm)
