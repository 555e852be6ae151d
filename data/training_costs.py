"""What a training step of a translator costs: tokens a second, and the memory kept for the backward pass."""

from dataclasses import dataclass
from typing import Final, Protocol

import torch

from data.attention_translators import EncoderDecoder, loss_of
from data.costs import fewest_milliseconds, megabytes_for_backward
from data.parallel import EOS, Encoded
from data.threads import one_thread

WORDS: Final = 32  # in both vocabularies


class Trainable(EncoderDecoder, Protocol):
    """A translator whose gradients can be cleared: unit 05's ``Transformer``, or a module with its methods."""

    def zero_grad(self) -> None:
        """Clear the gradients of all parameters."""
        ...


@dataclass(frozen=True)
class TrainingCost:
    """Target tokens trained on in a second of one thread, and megabytes (1e6 bytes) kept for the backward pass."""

    tokens_per_second: float
    megabytes: float


def training_cost(model: Trainable, length: int, tokens: int = 1024, repeats: int = 3) -> TrainingCost:
    """Measure forward, loss and backward on random sentences of one length, the fastest of ``repeats`` steps.

    model: has ``WORDS`` words on both sides. length: tokens of a sentence on either side, EOS included; a batch has
    ``tokens`` of them, whatever the length.
    """
    if not 2 <= length <= tokens:
        raise ValueError(f"training_cost() was given sentences of {length} tokens for a batch of {tokens}")
    batch, loss = sentences(tokens // length, length), loss_of(model)

    def step() -> None:
        model.zero_grad()
        loss(batch).backward()  # type: ignore[no-untyped-call]

    with one_thread():
        milliseconds = fewest_milliseconds(step, repeats)
        megabytes = megabytes_for_backward(lambda: loss(batch))
    return TrainingCost(1000 * len(batch) * length / milliseconds, megabytes)


def sentences(count: int, length: int) -> Encoded:
    """Return random sentences that are ``length`` tokens long once the source's or the target's EOS is there."""
    generator = torch.Generator().manual_seed(0)
    source, target = (torch.randint(EOS + 1, WORDS, (count, length), generator=generator) for _ in range(2))
    lengths = torch.full((count,), length)
    return Encoded(source, lengths, target[:, 1:], lengths - 1)
