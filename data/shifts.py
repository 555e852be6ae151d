"""Unit 00's experiment: which building block recognises a pattern at a place where it has never seen one?

A noisy signal holds one of two patterns; the second is the first upside down. A model learns to tell them apart from
signals in which the pattern stands early (or late), and is then asked about signals in which it stands late (or early).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.threads import one_thread

LENGTH: Final = 24
PATTERN: Final = (1.0, 2.0, -2.0, -1.0)
NOISE: Final = 0.5
KERNEL: Final = 4


@dataclass(frozen=True)
class Places:
    """Where a pattern may begin, from ``first`` to ``last``, both included."""

    first: int
    last: int


EARLY: Final = Places(0, 8)
LATE: Final = Places(12, 20)
ANYWHERE: Final = Places(0, 20)


@dataclass(frozen=True)
class Recipe:
    """How a model is trained; the same for all of them."""

    steps: int = 400
    batch_size: int = 64
    learning_rate: float = 1e-2
    clip: float = 1.0
    held_out: int = 2000


def draw(places: Places, count: int, generator: torch.Generator, noise: float = NOISE) -> tuple[Tensor, Tensor]:
    """Draw signals with the pattern somewhere in ``places``.

    Returns (signals, labels): ``(N, T)`` float32, and ``(N,)`` int64, 0 for the pattern, 1 for it upside down.
    """
    signals = noise * torch.randn(count, LENGTH, generator=generator)
    labels = torch.randint(2, (count,), generator=generator)
    starts = torch.randint(places.first, places.last + 1, (count,), generator=generator)
    patterns = torch.tensor(PATTERN) * (1 - 2 * labels)[:, None]  # (N, K)
    return signals.scatter_add(1, starts[:, None] + torch.arange(len(PATTERN)), patterns), labels


class Dense(nn.Module):
    """A layer of neurons, each of which sees the whole signal, and a linear readout."""

    def __init__(self, hidden: int = 12) -> None:
        super().__init__()
        self.hidden = nn.Linear(LENGTH, hidden)
        self.readout = nn.Linear(hidden, 2)

    def forward(self, signals: Tensor) -> Tensor:
        """signals ``(N, T)`` → logits ``(N, 2)``."""
        logits: Tensor = self.readout(self.hidden(signals).relu())
        return logits


class Convolution(nn.Module):
    """A convolution whose outputs, at every place, go to the readout: each place has its own readout weights."""

    def __init__(self, channels: int = 7) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(1, channels, KERNEL)
        self.readout = nn.Linear(channels * (LENGTH - KERNEL + 1), 2)

    def features(self, signals: Tensor) -> Tensor:
        """signals ``(N, T)`` → what each kernel finds at each place, ``(N, C, T-K+1)``."""
        found: Tensor = self.convolution(signals[:, None]).relu()
        return found

    def forward(self, signals: Tensor) -> Tensor:
        """signals ``(N, T)`` → logits ``(N, 2)``."""
        logits: Tensor = self.readout(self.features(signals).flatten(1))
        return logits


class PooledConvolution(Convolution):
    """A convolution of which only the largest output of each kernel goes to the readout, wherever it was found."""

    def __init__(self, channels: int = 7) -> None:
        super().__init__(channels)
        self.readout = nn.Linear(channels, 2)

    def forward(self, signals: Tensor) -> Tensor:
        """signals ``(N, T)`` → logits ``(N, 2)``."""
        logits: Tensor = self.readout(self.features(signals).amax(dim=-1))
        return logits


class Recurrence(nn.Module):
    """A recurrent network that reads the signal from left to right; its last state goes to the readout."""

    def __init__(self, hidden: int = 16) -> None:
        super().__init__()
        self.recurrence = nn.RNN(1, hidden, batch_first=True)
        self.readout = nn.Linear(hidden, 2)

    def forward(self, signals: Tensor) -> Tensor:
        """signals ``(N, T)`` → logits ``(N, 2)``."""
        states, _ = self.recurrence(signals[..., None])  # (N, T, H)
        logits: Tensor = self.readout(self.kept(states))
        return logits

    def kept(self, states: Tensor) -> Tensor:
        """Return what the readout sees of the states ``(N, T, H)``: ``(N, H)``."""
        return states[:, -1]


class PooledRecurrence(Recurrence):
    """A recurrent network of whose states the largest, number by number, go to the readout."""

    def kept(self, states: Tensor) -> Tensor:
        """Return what the readout sees of the states ``(N, T, H)``: ``(N, H)``."""
        return states.amax(dim=1)


MODELS: Final[dict[str, Callable[[], nn.Module]]] = {
    "dense": Dense,
    "convolution": Convolution,
    "convolution + pooling": PooledConvolution,
    "recurrence": Recurrence,
    "recurrence + pooling": PooledRecurrence,
}


@dataclass(frozen=True)
class Run:
    """A trained model, its loss at every step, and the share of fresh signals that it gets right.

    seen: with the pattern where it was in training; unseen: at places where it never was.
    """

    seed: int
    parameters: int
    losses: tuple[float, ...]
    seen: float
    unseen: float
    model: nn.Module = field(repr=False, compare=False)


@one_thread()
def train(
    make_model: Callable[[], nn.Module],
    seed: int,
    places: Places = EARLY,
    others: Places = LATE,
    recipe: Recipe | None = None,
) -> Run:
    """Train a model from a seed, leaving the caller's random state alone, and ask it about fresh signals.

    places: where the pattern stands in training; others: where it stands in the second half of the questions.
    """
    recipe = recipe or Recipe()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = make_model()
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    losses = []
    for _ in range(recipe.steps):
        signals, labels = draw(places, recipe.batch_size, generator)
        loss = F.cross_entropy(model(signals), labels)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        optimizer.step()
        losses.append(loss.item())
    return Run(
        seed=seed,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        losses=tuple(losses),
        seen=accuracy(model, *draw(places, recipe.held_out, generator)),
        unseen=accuracy(model, *draw(others, recipe.held_out, generator)),
        model=model,
    )


def accuracy(model: nn.Module, signals: Tensor, labels: Tensor) -> float:
    """Return the share of signals whose likelier label is the right one."""
    with torch.no_grad():
        right: Tensor = model(signals).argmax(dim=-1) == labels
    return right.float().mean().item()
