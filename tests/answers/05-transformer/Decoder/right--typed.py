# Right: typed.
from __future__ import annotations

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor, nn


class Decoder(nn.Module):
    """A stack of decoder layers that all read the same memory."""

    layers: nn.ModuleList
    norm: nn.LayerNorm | None

    def __init__(
        self,
        num_layers: int,
        d_model: int,
        num_heads: int,
        d_ff: int,
        dropout: float = 0.0,
        pre_norm: bool = False,
        activation: Callable[[Tensor], Tensor] = F.relu,
        norm_eps: float = 1e-5,
    ) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(d_model, eps=norm_eps) if pre_norm else None
        self.layers = nn.ModuleList()
        while len(self.layers) < num_layers:
            self.layers.append(DecoderLayer(d_model, num_heads, d_ff, dropout, pre_norm, activation, norm_eps))

    def forward(
        self, y: Tensor, memory: Tensor, self_mask: Tensor | None = None, memory_mask: Tensor | None = None
    ) -> Tensor:
        if memory.shape[0] != y.shape[0]:
            raise ValueError("y and memory must hold equally many sentences")
        for layer in self.layers:
            y = layer(y, memory, self_mask=self_mask, memory_mask=memory_mask)
        if self.norm is not None:
            y = self.norm(y)
        return y
