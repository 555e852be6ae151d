"""Random inputs, drawn anew at every judgement and replayed from its seed."""

import random
from collections.abc import Sequence
from typing import TypeVar

import torch
from torch import Tensor

T = TypeVar("T")


class Draw:
    """A source of random sizes, tensors and masks: the same seed and name give the same draws."""

    def __init__(self, seed: int, name: str) -> None:
        self.random = random.Random(f"{seed}/{name}")
        self.generator = torch.Generator().manual_seed(self.random.getrandbits(62))

    def size(self, low: int, high: int) -> int:
        """Return an integer in [low, high]."""
        return self.random.randint(low, high)

    def sizes(self, count: int, low: int, high: int) -> list[int]:
        """Return ``count`` different integers in [low, high], so that no axis can be mistaken for another."""
        return self.random.sample(range(low, high + 1), count)

    def normal(self, *shape: int, dtype: torch.dtype = torch.float32, scale: float = 1.0) -> Tensor:
        """Return standard normal numbers times ``scale``."""
        return (torch.randn(shape, generator=self.generator, dtype=torch.float64) * scale).to(dtype)

    def ids(self, *shape: int, low: int = 0, high: int) -> Tensor:
        """Return int64 ids in [low, high)."""
        return torch.randint(low, high, shape, generator=self.generator)

    def permutation(self, count: int) -> Tensor:
        """Return a permutation of 0..count-1 that is not the identity (count ≥ 2)."""
        order = list(range(count))
        while order == list(range(count)):
            self.random.shuffle(order)
        return torch.tensor(order)

    def mask(self, *shape: int, empty_row: bool = False) -> Tensor:
        """Return a boolean mask with, in every row of the last axis, a True and (unless it has length 1) a False.

        With ``empty_row`` one row has nothing to attend to.
        """
        rows = torch.rand(shape, generator=self.generator) < 0.5
        flat, width = rows.view(-1, shape[-1]), shape[-1]
        on = torch.randint(width, (len(flat), 1), generator=self.generator)
        flat.scatter_(1, on, True)
        if width > 1:
            step = torch.randint(1, width, (len(flat), 1), generator=self.generator)
            flat.scatter_(1, (on + step) % width, False)
        if empty_row:
            flat[self.size(0, len(flat) - 1)] = False
        return rows

    def lengths(self, batch: int, longest: int) -> Tensor:
        """Return int64 lengths in [1, longest], ragged, with the longest present (batch ≥ 2, longest ≥ 2)."""
        drawn = [longest, self.size(1, longest - 1)] + [self.size(1, longest) for _ in range(batch - 2)]
        self.random.shuffle(drawn)
        return torch.tensor(drawn)

    def choice(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return self.random.choice(options)
