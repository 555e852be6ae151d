"""A clock and a model that takes its time, on the student's side: what a measurement says of them is known."""

import time

import torch
from torch import Tensor, nn


class Clock:
    """Called, it tells the time in seconds, which passes only when something that takes time says so."""

    def __init__(self) -> None:
        self.now = 3.0

    def __call__(self) -> float:
        return self.now


class Timed(nn.Module):
    """A model whose calls take given seconds of a clock's time, or of real time without one; the last for all others.

    Its parameters differ in dtype, one of them is there twice, one is frozen, and a buffer is none. ``log`` says of
    every call whether a module was in training mode, whether autograd watched, and how many inputs there were.
    """

    def __init__(self, clock: Clock | None, seconds: list[float], sizes: tuple[int, int, int]) -> None:
        super().__init__()
        single, double, frozen = sizes
        self.body = nn.Sequential(nn.Linear(single, 7), nn.Dropout(0.1))
        self.twice = nn.Linear(single, 7, bias=False)
        self.twice.weight = self.body[0].weight  # type: ignore[assignment]
        self.precise = nn.Parameter(torch.zeros(double, 5, dtype=torch.float64))
        self.fixed = nn.Parameter(torch.zeros(frozen), requires_grad=False)
        self.register_buffer("table", torch.zeros(11, 3))
        self.log: list[tuple[bool, bool, int]] = []
        self._clock, self._seconds = clock, seconds

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        if not isinstance(ids, Tensor):
            raise TypeError(f"this model takes tensors, each an argument of its own, and got a {type(ids).__name__}")
        taken = self._seconds[min(len(self.log), len(self._seconds) - 1)]
        training = any(module.training for module in self.modules())
        self.log.append((training, torch.is_grad_enabled(), 1 if mask is None else 2))
        if self._clock is None:
            time.sleep(taken)
        else:
            self._clock.now += taken
        return ids * 2, ids.sum()
