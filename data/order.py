"""Unit 03's experiment: what does a Transformer know about order, and at which lengths, given one encoding or another?

``shift``: every position reports the token before it. ``order``: the first position says whether A stands before B.
Models learn from sequences of 4 to 20 tokens and are asked about longer ones.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.encodings import HEADS, WIDTH, Encoding
from data.threads import one_thread

UNSCORED: Final = -100
KINDS: Final = 16  # of ordinary tokens
FIRST, A, B = KINDS, KINDS + 1, KINDS + 2  # tokens with a part of their own in ``order``
VOCABULARY: Final = KINDS + 3
_AT_ONCE: Final = 100  # sequences: long ones need much memory


@dataclass(frozen=True)
class Task:
    """What is asked, of a model that sees everything or only the past."""

    name: Literal["shift", "order"]
    causal: bool = False


@dataclass(frozen=True)
class Recipe:
    """How a model is built and trained; the same for every encoding."""

    steps: int = 300
    batch_size: int = 64
    learning_rate: float = 3e-3
    shortest: int = 4
    longest: int = 20
    layers: int = 2
    held_out: int = 500


def draw(task: Task, count: int, length: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw sequences and what each position should report.

    Returns (tokens, labels), ``(N, T)`` int64 each; a label is a token, or ``UNSCORED``. In ``order`` the first
    position has the label A or B, whichever of the two comes first.
    """
    tokens = torch.randint(KINDS, (count, length), generator=generator)
    labels = torch.full_like(tokens, UNSCORED)
    if task.name == "shift":
        labels[:, 1:] = tokens[:, :-1]
        return tokens, labels
    places = 1 + torch.rand(count, length - 1, generator=generator).argsort(dim=1)[:, :2]  # two different ones
    tokens[:, 0] = FIRST
    tokens.scatter_(1, places, torch.tensor([A, B]).expand(count, 2))
    labels[:, 0] = torch.where(places[:, 0] < places[:, 1], A, B)
    return tokens, labels


class Layer(nn.Module):
    """Attention among positions, then a small network at each position; each adds to what is there."""

    def __init__(self, encoding: Encoding, causal: bool) -> None:
        super().__init__()
        self.encoding, self.causal = encoding, causal
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.inner = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.ReLU(), nn.Linear(2 * WIDTH, WIDTH))

    def forward(self, x: Tensor) -> Tensor:
        """``(B, T, D)`` → ``(B, T, D)``."""
        q, k, v, bias = self.compared(x)
        found = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)  # (B, H, T, D_h)
        x = x + self.out(found.transpose(1, 2).flatten(2))
        mixed: Tensor = x + self.inner(self.norm2(x))
        return mixed

    def compared(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return queries, keys and values, ``(B, H, T, D_h)`` each, and what is added to the scores."""
        length = x.size(1)
        q, k, v = self.qkv(self.norm1(x)).unflatten(-1, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)
        if self.encoding.turn is not None:
            q, k = self.encoding.turn(q), self.encoding.turn(k)
        bias = x.new_zeros(length, length)
        if self.encoding.bias is not None:
            bias = self.encoding.bias(length, length)  # (H, T, T)
        if self.causal:
            bias = bias.masked_fill(torch.ones(length, length, dtype=torch.bool).triu(1), -torch.inf)
        return q, k, v, bias


class Reader(nn.Module):
    """A small Transformer that reports a token at every position."""

    def __init__(self, encoding: Encoding, causal: bool = False, layers: int = 2) -> None:
        super().__init__()
        self.encoding = encoding
        self.token = nn.Embedding(VOCABULARY, WIDTH)
        self.stack = [Layer(encoding, causal) for _ in range(layers)]
        self.layers = nn.ModuleList(self.stack)
        self.norm = nn.LayerNorm(WIDTH)
        self.readout = nn.Linear(WIDTH, VOCABULARY)

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens ``(B, T)`` → logits ``(B, T, V)``."""
        logits: Tensor = self.readout(self.features(self.token(tokens)))
        return logits

    def features(self, x: Tensor) -> Tensor:
        """Embedded tokens ``(B, T, D)`` → what the last layer knows about each position, ``(B, T, D)``."""
        if self.encoding.add is not None:
            x = self.encoding.add(x)
        for layer in self.layers:
            x = layer(x)
        normed: Tensor = self.norm(x)
        return normed


@dataclass(frozen=True)
class Run:
    """One trained model and its loss at every step."""

    losses: tuple[float, ...]
    task: Task
    model: Reader = field(repr=False, compare=False)


@one_thread()
def train(make_encoding: Callable[[], Encoding], task: Task, seed: int, recipe: Recipe | None = None) -> Run:
    """Train a reader from a seed, leaving the caller's random state alone."""
    recipe = recipe or Recipe()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Reader(make_encoding(), task.causal, recipe.layers)
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    losses = []
    for _ in range(recipe.steps):
        length = int(torch.randint(recipe.shortest, recipe.longest + 1, (), generator=generator))
        tokens, labels = draw(task, recipe.batch_size, length, generator)
        loss = F.cross_entropy(model(tokens).flatten(0, 1), labels.flatten(), ignore_index=UNSCORED)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
    return Run(tuple(losses), task, model.eval())


@one_thread()
def accuracy(run: Run, length: int, count: int = Recipe.held_out, seed: int = 999) -> float:
    """Return the share of reports that are right on ``count`` fresh sequences of one length."""
    tokens, labels = draw(run.task, count, length, torch.Generator().manual_seed(seed))
    with torch.no_grad():
        parts = [run.model(part).argmax(dim=-1) for part in torch.split(tokens, _AT_ONCE)]  # (n, T) each
    scored = labels != UNSCORED
    return float((torch.cat(parts) == labels)[scored].float().mean())


def last_weights(run: Run, tokens: Tensor) -> Tensor:
    """Return where the last layer looks, averaged over the sequences: ``(H, T, T)`` from ``(N, T)``."""
    with torch.no_grad():
        x = run.model.token(tokens)
        if run.model.encoding.add is not None:
            x = run.model.encoding.add(x)
        for layer in run.model.stack[:-1]:
            x = layer(x)
        q, k, _, bias = run.model.stack[-1].compared(x)
        scores = q @ k.transpose(-2, -1) / q.size(-1) ** 0.5 + bias  # (N, H, T, T)
        return torch.softmax(scores, dim=-1).mean(dim=0)
