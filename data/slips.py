"""What a wrong token does to the tokens after it: error propagation and exposure bias, measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from data.parallel import PAD, Corpus, Pair
from data.recurrent_translators import Translator, framed
from data.threads import one_thread

Logits = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Sources ``(B, T_s)``, lengths ``(B,)``, decoder input ``(B, T)`` → logits ``(B, T, V)``."""

AHEAD = 8
"""How many tokens after a slip are looked at."""


@dataclass(frozen=True)
class Slips:
    """Share of right tokens at each distance, 1 to ``AHEAD``, after a right or a wrong token was read."""

    clean: tuple[float, ...]
    slipped: tuple[float, ...]


@torch.no_grad()
@one_thread()
def after_a_slip(logits_of: Logits, corpus: Corpus, pairs: Sequence[Pair], like: Sequence[str], seed: int = 0) -> Slips:
    """Measure how a model that reads right tokens goes on after reading one wrong one.

    like: tokens that can stand in for each other; in each pair one of them, drawn at random, is replaced by another.
    Pairs without any of them are left out.
    """
    generator = torch.Generator().manual_seed(seed)
    batch = corpus.batch([pair for pair in pairs if set(pair.target) & set(like)])
    decoder_input, labels = framed(batch)
    alike = torch.tensor(corpus.target.encode(like))
    places = torch.isin(decoder_input, alike).float().multinomial(1, generator=generator)  # (B, 1)
    old = decoder_input.gather(1, places)
    shift = torch.randint(1, len(like), old.shape, generator=generator)
    new = alike[((old[..., None] == alike).int().argmax(dim=-1) + shift) % len(like)]
    slipped = decoder_input.scatter(1, places, new)
    return Slips(
        *(
            _right_after(logits_of(batch.source, batch.source_lengths, read), labels, places)
            for read in (decoder_input, slipped)
        )
    )


def _right_after(logits: Tensor, labels: Tensor, places: Tensor) -> tuple[float, ...]:
    right = logits.argmax(dim=-1) == labels
    distance = torch.arange(labels.shape[1]) - places + 1  # the first token said after reading the slip: 1
    real = labels != PAD
    return tuple(right[real & (distance == ahead)].float().mean().item() for ahead in range(1, AHEAD + 1))


@torch.no_grad()
@one_thread()
def token_accuracy(model: Translator, corpus: Corpus, pairs: Sequence[Pair], forced: bool) -> float:
    """Return the share of right tokens, place by place, EOS included.

    forced: whether the model reads the right tokens or those that it has said itself.
    """
    batch = corpus.batch(pairs)
    decoder_input, labels = framed(batch)
    state = model.begin(batch.source, batch.source_lengths)
    tokens = decoder_input[:, 0]
    said = []
    for place in range(labels.shape[1]):
        logits, state = model.step(decoder_input[:, place] if forced else tokens, state)
        tokens = logits.argmax(dim=-1)
        said.append(tokens)
    right = torch.stack(said, dim=1) == labels
    return right[labels != PAD].float().mean().item()
