"""Unit 04's experiment: how many heads does one layer need to read several places at once?

Every position i of a random sequence is to report x[i-1], x[i-3] and x[i+2]. The model is one attention layer between
an embedding and a linear readout, with nothing else in between, so what it reports is linear in what its heads find.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.threads import one_thread

UNSCORED = -100
MakeAttention = Callable[[int, int], nn.Module]


@dataclass(frozen=True)
class Task:
    """What is to be reported, on which sequences, by how wide a model."""

    offsets: tuple[int, ...] = (-1, -3, 2)
    vocab_size: int = 20
    length: int = 24
    d_model: int = 64


@dataclass(frozen=True)
class Recipe:
    """How a model is trained; the same for every number of heads.

    sequences: how many different ones it may learn from; None for fresh ones at every step.
    """

    steps: int = 400
    sequences: int | None = None
    batch_size: int = 64
    learning_rate: float = 5e-3
    held_out: int = 500


def draw(task: Task, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw random sequences and what each position should report about them.

    Returns (tokens, labels): ``(N, T)`` and ``(N, T, O)`` int64, one label per offset; where an offset points outside
    the sequence the label is ``UNSCORED``.
    """
    tokens = torch.randint(task.vocab_size, (count, task.length), generator=generator)
    place = torch.arange(task.length)[:, None] + torch.tensor(task.offsets)  # (T, O)
    inside = (place >= 0) & (place < task.length)
    labels = tokens[:, place.clamp(0, task.length - 1)]  # (N, T, O)
    return tokens, labels.masked_fill(~inside, UNSCORED)


class TorchAttention(nn.MultiheadAttention):
    """PyTorch's layer, called like the course's: batch first, with the weights of every head."""

    def __init__(self, d_model: int, num_heads: int) -> None:
        super().__init__(d_model, num_heads, batch_first=True)

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        """Return ``(output (B, T_q, D), weights (B, H, T_q, T_k))``."""
        output, weights = super().forward(query, key, value, average_attn_weights=False)
        assert weights is not None
        return output, weights


class FreeWidths(nn.Module):
    """Attention whose heads may be wider than D/H, to tell what a narrow head lacks; called like the course's.

    key_width: D_k, features of a query and a key in each head; value_width: D_v, features of a value.
    """

    def __init__(self, d_model: int, num_heads: int, key_width: int, value_width: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.q_proj = nn.Linear(d_model, num_heads * key_width)
        self.k_proj = nn.Linear(d_model, num_heads * key_width)
        self.v_proj = nn.Linear(d_model, num_heads * value_width)
        self.out_proj = nn.Linear(num_heads * value_width, d_model)

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Return ``(output (B, T_q, D), weights (B, H, T_q, T_k))``."""
        q, k, v = (
            projected.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
            for projected in (self.q_proj(query), self.k_proj(key), self.v_proj(value))
        )
        weights = (q @ k.transpose(-2, -1) / q.size(-1) ** 0.5).softmax(dim=-1)
        return self.out_proj((weights @ v).transpose(1, 2).flatten(2)), weights


class Convolution(nn.Module):
    """A convolution called like attention: one set of weights for every position, three neighbours on either side."""

    def __init__(self, d_model: int, num_heads: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(d_model, d_model, kernel_size=7, padding=3)

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, None]:
        """Return ``(output (B, T, D), None)``: there are no attention weights."""
        return self.conv(value.transpose(1, 2)).transpose(1, 2), None


class Reporter(nn.Module):
    """Embedding and learned positions, one attention layer, and a linear readout for every offset."""

    def __init__(self, task: Task, attention: nn.Module) -> None:
        super().__init__()
        self.task = task
        self.token = nn.Embedding(task.vocab_size, task.d_model)
        self.position = nn.Embedding(task.length, task.d_model)
        self.attention = attention
        self.readout = nn.Linear(task.d_model, len(task.offsets) * task.vocab_size)
        # nn.Linear's own default, given to every class of attention alike, so that only the heads differ.
        bound = task.d_model**-0.5
        for parameter in attention.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor | None]:
        """tokens ``(N, T)`` → ``(logits (N, T, O, V), what the attention returned as weights)``."""
        x = self.token(tokens) + self.position.weight[: tokens.size(1)]  # (N, T, D)
        found, weights = self.attention(x, x, x)
        return self.readout(found).unflatten(-1, (len(self.task.offsets), self.task.vocab_size)), weights


@dataclass(frozen=True)
class Run:
    """One trained model: its loss at every step and the share of held-out reports that are right, per offset."""

    num_heads: int
    seed: int
    parameters: int
    losses: tuple[float, ...]
    accuracy: tuple[float, ...]
    model: Reporter = field(repr=False, compare=False)

    @property
    def mean_accuracy(self) -> float:
        return sum(self.accuracy) / len(self.accuracy)


@one_thread()
def train(
    make_attention: MakeAttention, num_heads: int, seed: int, task: Task | None = None, recipe: Recipe | None = None
) -> Run:
    """Train a reporter from a seed, leaving the caller's random state alone, and measure it on held-out sequences.

    make_attention: ``(d_model, num_heads)`` → a module called as ``attention(x, x, x) -> (output, weights)``.
    """
    task, recipe = task or Task(), recipe or Recipe()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Reporter(task, make_attention(task.d_model, num_heads))
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    next_batch = batches(task, recipe, generator)
    losses = []
    for _ in range(recipe.steps):
        tokens, labels = next(next_batch)
        logits, _ = model(tokens)
        loss = F.cross_entropy(logits.flatten(0, 2), labels.flatten(), ignore_index=UNSCORED)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
    tokens, labels = draw(task, recipe.held_out, generator)
    return Run(
        num_heads=num_heads,
        seed=seed,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        losses=tuple(losses),
        accuracy=accuracy(model, tokens, labels),
        model=model,
    )


def batches(task: Task, recipe: Recipe, generator: torch.Generator) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield training batches without end: fresh sequences, or picks from the recipe's fixed number of them."""
    if recipe.sequences is None:
        while True:
            yield draw(task, recipe.batch_size, generator)
    tokens, labels = draw(task, recipe.sequences, generator)
    while True:
        pick = torch.randint(recipe.sequences, (recipe.batch_size,), generator=generator)
        yield tokens[pick], labels[pick]


def accuracy(model: Reporter, tokens: Tensor, labels: Tensor) -> tuple[float, ...]:
    """Return the share of scored labels that the model's likeliest token hits, one number per offset."""
    with torch.no_grad():
        guess = model(tokens)[0].argmax(dim=-1)  # (N, T, O)
    scored = labels != UNSCORED
    right = (guess == labels) & scored
    shares = right.sum(dim=(0, 1)) / scored.sum(dim=(0, 1))
    return tuple(shares.tolist())


def weight_by_offset(weights: Tensor, offsets: range) -> Tensor:
    """Average every head's weight at a given distance from the query.

    weights: ``(N, H, T, T)``, averaged over the N sequences. Returns ``(H, len(offsets))``.
    """
    mean = weights.mean(dim=0)  # (H, T, T)
    return torch.stack([mean.diagonal(offset, dim1=-2, dim2=-1).mean(dim=-1) for offset in offsets], dim=-1)
