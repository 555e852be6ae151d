"""The positional encodings that unit 03's tables compare: complex numbers for rotations, lookups for the rest."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import torch
from torch import Tensor, nn

WIDTH: Final = 64
HEADS: Final = 4
LONGEST: Final = 160  # rows of the learned table: positions never trained have untrained rows
CLIPPED_AT: Final = 8


class Encoding(nn.Module):
    """The three places where a position can enter a Transformer; an encoding uses one of them, or none.

    add: ``(B, T, D)`` → ``(B, T, D)``, applied to the embeddings. turn: ``(B, H, T, D_h)`` → the same, applied to
    queries and to keys. bias: called as ``bias(T_q, T_k)`` → ``(H, T_q, T_k)``, added to the scores.
    """

    def __init__(
        self,
        add: Callable[[Tensor], Tensor] | None = None,
        turn: Callable[[Tensor], Tensor] | None = None,
        bias: Callable[[int, int], Tensor] | None = None,
    ) -> None:
        super().__init__()
        self.add, self.turn, self.bias = add, turn, bias


def unit_circle(length: int, width: int) -> Tensor:
    """e^(i·t·ω) for positions t and the frequencies ω of Vaswani et al. 2017: ``(T, D/2)`` complex."""
    frequencies = torch.logspace(0, -4, width // 2 + 1)[:-1]
    return torch.polar(torch.ones(()), torch.outer(torch.arange(length, dtype=torch.float32), frequencies))


def add_sinusoids(x: Tensor) -> Tensor:
    """Add sines and cosines to ``(B, T, D)``."""
    circle = unit_circle(*x.shape[-2:])
    return x + torch.view_as_real(1j * circle.conj()).flatten(-2)  # i·e^(-iφ) = sin φ + i cos φ


def turn_pairs(x: Tensor) -> Tensor:
    """Turn the pairs of ``(B, H, T, D_h)`` by the angles of their positions."""
    points = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2).contiguous())
    return torch.view_as_real(points * unit_circle(*x.shape[-2:])).flatten(-2)


class Table(nn.Module):
    """A learned vector for each position, added to ``(B, T, D)``."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(LONGEST, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        """Return ``(B, T, D)``."""
        return x + self.embedding.weight[: x.size(1)]


class DistanceTable(nn.Module):
    """A learned number for each head and distance, clipped: ``(H, T_q, T_k)``."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(2 * CLIPPED_AT + 1, HEADS)

    def forward(self, queries: int, keys: int) -> Tensor:
        """Return the bias of every head, query and key."""
        rows = torch.stack([torch.arange(keys) - query for query in range(queries)])
        return torch.einsum("qkh->hqk", self.table(rows.clip(-CLIPPED_AT, CLIPPED_AT) + CLIPPED_AT))


def distance_penalty(queries: int, keys: int) -> Tensor:
    """The fixed penalties of Press et al. 2022, equal to the left and to the right: ``(H, T_q, T_k)``."""
    distances = torch.cdist(torch.arange(queries)[:, None].float(), torch.arange(keys)[:, None].float(), p=1)
    return -torch.einsum("h,qk->hqk", torch.logspace(-8 / HEADS, -8, HEADS, base=2.0), distances)


ENCODINGS: Final[Mapping[str, Callable[[], Encoding]]] = MappingProxyType(
    {
        "none": Encoding,
        "sinusoidal": lambda: Encoding(add=add_sinusoids),
        "learned": lambda: Encoding(add=Table()),
        "rotary": lambda: Encoding(turn=turn_pairs),
        "relative bias": lambda: Encoding(bias=DistanceTable()),
        "ALiBi": lambda: Encoding(bias=distance_penalty),
    }
)
