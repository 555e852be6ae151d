"""Training and judging decoder-only language models of characters."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.threads import one_thread

LossFn = Callable[[Tensor, Tensor], Tensor]
"""Logits ``(B, T, V)`` and ids ``(B, T)`` → the mean loss of the T − 1 predictions, a 0-d tensor."""

FIRST_STANDARD_DEVIATION = 0.02  # of the embeddings, as in GPT-2


@dataclass(frozen=True)
class Recipe:
    """How a model is trained: Adam, linear warm-up, constant rate, linear decay in the last fifth."""

    steps: int = 600
    batch_size: int = 32
    length: int = 64  # tokens that the model sees at once
    learning_rate: float = 3e-3
    betas: tuple[float, float] = (0.9, 0.98)
    clip: float = 1.0
    warmup: int = 50

    def rate_factor(self, step: int) -> float:
        """Return the factor on the learning rate at a step, counted from 0."""
        return min(1.0, (step + 1) / self.warmup, 5 * (1 - step / self.steps))


class TorchLM(nn.Module):
    """The decoder-only model of unit 07 from PyTorch's layers, for the measured tables.

    causal: without it every position sees all others, so that the model can fill gaps but not continue.
    """

    def __init__(
        self,
        vocabulary: int,
        max_length: int,
        width: int = 64,
        heads: int = 4,
        layers: int = 2,
        dropout: float = 0.0,
        causal: bool = True,
    ) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(vocabulary, width)
        self.position_embedding = nn.Embedding(max_length, width)
        layer = nn.TransformerEncoderLayer(width, heads, 4 * width, dropout, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers, nn.LayerNorm(width), enable_nested_tensor=False)
        self.dropout = nn.Dropout(dropout)
        self.causal = causal
        for parameter in self.encoder.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)  # the copies of one layer must not start alike

    def forward(self, ids: Tensor) -> Tensor:
        """Return the logits, (B, T, V), of ids, (B, T)."""
        length = ids.shape[1]
        hidden = torch.ones(length, length, dtype=torch.bool).triu(1) if self.causal else None
        x = self.dropout(self.token_embedding(ids) + self.position_embedding.weight[:length])
        logits: Tensor = self.encoder(x, mask=hidden) @ self.token_embedding.weight.T
        return logits


def start_small(model: nn.Module) -> None:
    """Start all embeddings of a model as GPT-2 does, in place: the first logits are then small, the first loss ln V."""
    for module in model.modules():
        if isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=FIRST_STANDARD_DEVIATION)


def windows(ids: Tensor, length: int, batch_size: int, seed: int) -> Iterator[Tensor]:
    """Yield batches ``(B, length)`` of windows that begin anywhere in a text, without end."""
    generator = torch.Generator().manual_seed(seed)
    offsets = torch.arange(length)
    while True:
        starts = torch.randint(len(ids) - length + 1, (batch_size, 1), generator=generator)
        yield ids[starts + offsets]


@one_thread()
def train(
    model: nn.Module,
    loss_fn: LossFn,
    ids: Tensor,
    seed: int = 0,
    recipe: Recipe | None = None,
    each_step: Callable[[int], None] | None = None,
) -> tuple[float, ...]:
    """Train a model in place and return its loss at every step; ``each_step`` is called after each, counted from 1.

    A window has one token more than the model sees, so that every place of its context is asked for the next one.
    """
    recipe = recipe or Recipe()
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate, betas=recipe.betas)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, recipe.rate_factor)
    losses = []
    drawn = windows(ids, recipe.length + 1, recipe.batch_size, seed)
    for step in range(1, recipe.steps + 1):
        model.train()
        batch = next(drawn)
        logits = model(batch[:, :-1])  # (B, T, V), for the T + 1 ids of the batch
        loss = loss_fn(F.pad(logits, (0, 0, 0, 1)), batch)  # nothing is asked after the last id
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if each_step is not None:
            each_step(step)
    model.eval()
    return tuple(losses)


def next_token_loss(logits: Tensor, ids: Tensor) -> Tensor:
    """Return the mean loss of predicting each token but the first from those before it."""
    return F.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten())


@torch.no_grad()
@one_thread()
def held_out_losses(model: nn.Module, ids: Tensor, length: int, batch_size: int = 32) -> tuple[list[float], list[int]]:
    """Return the mean loss in nats, and the number of tokens, of each batch of a held-out text.

    The windows overlap by half and only their second half is scored, so that no token is judged after a handful of
    others just because a window began there. The mode of the model is unchanged.
    """
    stride = max(1, length // 2)
    starts = torch.arange(0, len(ids) - length, stride)
    was_training = model.training
    model.eval()
    losses, counts = [], []
    for first in range(0, len(starts), batch_size):
        batch = ids[starts[first : first + batch_size, None] + torch.arange(length + 1)]
        logits, labels = model(batch[:, :-1])[:, -stride:], batch[:, -stride:]
        losses.append(F.cross_entropy(logits.flatten(0, 1), labels.flatten()).item())
        counts.append(labels.numel())
    model.train(was_training)
    return losses, counts


def bits(losses: Sequence[float], counts: Sequence[int]) -> float:
    """Return the mean loss of a token in bits, from the means of batches in nats and the batches' numbers of tokens."""
    total = math.fsum(loss * count for loss, count in zip(losses, counts, strict=True))
    return total / sum(counts) / math.log(2)
