"""Training and judging any translator: the caller says how its loss is computed and how it translates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from data.parallel import Corpus, Encoded, Pair, batches
from data.threads import one_thread

LossOf = Callable[[Encoded], Tensor]
"""A batch → the loss to be lowered, a 0-d tensor."""

Translate = Callable[[Tensor, Tensor], list[list[int]]]
"""Sources ``(B, T_s)`` and their lengths ``(B,)`` → target ids of each, without BOS and EOS."""


@dataclass(frozen=True)
class Recipe:
    """How a translator is trained: Adam, linear warm-up, constant rate, linear decay in the second half."""

    steps: int = 1000
    batch_size: int = 64
    learning_rate: float = 5e-3
    betas: tuple[float, float] = (0.9, 0.98)
    clip: float = 1.0
    warmup: int = 100

    def rate_factor(self, step: int) -> float:
        """Return the factor on the learning rate at a step, counted from 0."""
        return min(1.0, (step + 1) / self.warmup, 2 * (1 - step / self.steps))


@one_thread()
def train(
    model: nn.Module, loss_of: LossOf, corpus: Corpus, seed: int = 0, recipe: Recipe | None = None
) -> tuple[float, ...]:
    """Train a model in place and return its loss at every step; ``seed`` decides the order of the pairs."""
    recipe = recipe or Recipe()
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate, betas=recipe.betas)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, recipe.rate_factor)
    drawn = batches(corpus.encoded, recipe.batch_size, torch.Generator().manual_seed(seed))
    losses = []
    model.train()
    for _ in range(recipe.steps):
        loss = loss_of(next(drawn))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    model.eval()
    return tuple(losses)


@torch.no_grad()
@one_thread()
def translations(translate: Translate, corpus: Corpus, pairs: Sequence[Pair]) -> list[tuple[str, ...]]:
    """Return the translation of each pair's source, as tokens."""
    encoded = corpus.batch(pairs)
    return [corpus.target.decode(ids) for ids in translate(encoded.source, encoded.source_lengths)]


def exact_match(translate: Translate, corpus: Corpus, pairs: Sequence[Pair]) -> Mapping[str, float]:
    """Return group → share of its pairs that are translated without a mistake; ``"all"`` is the share of all pairs."""
    found = translations(translate, corpus, pairs)
    right: dict[str, list[bool]] = {}
    for pair, tokens in zip(pairs, found, strict=True):
        right.setdefault(pair.group, []).append(tokens == pair.target)
        right.setdefault("all", []).append(tokens == pair.target)
    return {group: sum(hits) / len(hits) for group, hits in right.items()}
