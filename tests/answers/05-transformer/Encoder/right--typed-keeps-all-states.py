# Right: typed keeps all states.
from __future__ import annotations

from collections.abc import Callable, Iterator

import torch.nn.functional as F
from torch import Tensor, nn


class Encoder(nn.Module):
    """A stack of encoder layers; with pre-norm a last norm, because nothing has normalised the sum yet."""

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
        self.layers = nn.ModuleList()
        while len(self.layers) < num_layers:
            self.layers.append(EncoderLayer(d_model, num_heads, d_ff, dropout, pre_norm, activation, norm_eps))
        self.norm: nn.Module = nn.Identity()
        if pre_norm:
            self.norm = nn.LayerNorm(d_model, eps=norm_eps)

    def states(self, x: Tensor, mask: Tensor | None = None) -> Iterator[Tensor]:
        yield x
        for layer in self.layers:
            x = layer(x, mask)
            yield x

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        *_, last = self.states(x, mask)
        return self.norm(last)
