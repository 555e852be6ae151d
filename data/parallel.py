"""Parallel texts: pairs of token sequences, their vocabularies, and batches of them as tensors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import torch
from torch import Tensor

PAD: Final = 0
BOS: Final = 1
EOS: Final = 2
POOL: Final = 16  # batches sorted together
SPECIAL: Final = ("<pad>", "<bos>", "<eos>")

Tokens = tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """A source, its translation, and the group that it is counted in, such as its number of digits."""

    source: Tokens
    target: Tokens
    group: str


@dataclass(frozen=True)
class Vocabulary:
    """Tokens by id; the first three ids are padding, beginning and end of a sequence."""

    tokens: Tokens

    @classmethod
    def of(cls, sequences: Sequence[Tokens]) -> "Vocabulary":
        """Return the vocabulary of all tokens that occur, in alphabetical order."""
        return cls((*SPECIAL, *sorted({token for sequence in sequences for token in sequence})))

    def __len__(self) -> int:
        return len(self.tokens)

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {token: id_ for id_, token in enumerate(self.tokens)}

    def encode(self, tokens: Sequence[str]) -> list[int]:
        """Return the ids of tokens; raises ``ValueError``, naming it, for a token that is not in the vocabulary."""
        unknown = [token for token in tokens if token not in self._ids]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is not in this vocabulary of {len(self)} tokens")
        return [self._ids[token] for token in tokens]

    def decode(self, ids: Sequence[int]) -> Tokens:
        """Return the tokens of ids."""
        return tuple(self.tokens[id_] for id_ in ids)


@dataclass(frozen=True)
class Corpus:
    """Pairs to train on and pairs to ask about, with the vocabularies of both sides; no source is in both."""

    train: tuple[Pair, ...]
    held_out: tuple[Pair, ...]

    @cached_property
    def source(self) -> Vocabulary:
        """The vocabulary of the training sources."""
        return Vocabulary.of([pair.source for pair in self.train])

    @cached_property
    def target(self) -> Vocabulary:
        """The vocabulary of the training targets."""
        return Vocabulary.of([pair.target for pair in self.train])

    @cached_property
    def encoded(self) -> "Encoded":
        """The training pairs as one batch, from which smaller ones are cut."""
        return self.batch(self.train)

    def batch(self, pairs: Sequence[Pair]) -> "Encoded":
        """Return pairs as padded tensors."""
        source, source_lengths = padded([self.source.encode(pair.source) for pair in pairs])
        target, target_lengths = padded([self.target.encode(pair.target) for pair in pairs])
        return Encoded(source, source_lengths, target, target_lengths)


@dataclass(frozen=True)
class Encoded:
    """Right-padded ids, ``(B, T_s)`` and ``(B, T)``, and their lengths, ``(B,)``; targets hold neither BOS nor EOS."""

    source: Tensor
    source_lengths: Tensor
    target: Tensor
    target_lengths: Tensor

    def __len__(self) -> int:
        return len(self.source)

    def __getitem__(self, rows: Tensor) -> "Encoded":
        """Return some of the rows, cut to the longest of them."""
        source_lengths, target_lengths = self.source_lengths[rows], self.target_lengths[rows]
        return Encoded(
            self.source[rows][:, : int(source_lengths.max())],
            source_lengths,
            self.target[rows][:, : int(target_lengths.max())],
            target_lengths,
        )


def padded(sequences: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return ids ``(B, T)``, right-padded, and lengths ``(B,)``."""
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    rows = [torch.tensor(sequence, dtype=torch.int64) for sequence in sequences]
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PAD), lengths


def batches(encoded: Encoded, size: int, generator: torch.Generator) -> Iterator[Encoded]:
    """Yield batches for ever, epoch after epoch, each of sequences of about one length: less padding, less time.

    Each epoch is shuffled and cut into pools; each pool is sorted and cut into batches; these come in random order.
    """
    if size > len(encoded):
        raise ValueError(f"a batch of {size} can't be drawn from {len(encoded)} pairs")
    while True:
        order = torch.randperm(len(encoded), generator=generator)
        pools = torch.split(order, POOL * size)
        ready = [batch for pool in pools for batch in torch.split(by_length(pool, encoded), size)]
        for place in torch.randperm(len(ready), generator=generator).tolist():
            yield encoded[ready[place]]


def by_length(rows: Tensor, encoded: Encoded) -> Tensor:
    """Return row numbers in the order of the lengths of their targets."""
    return rows[encoded.target_lengths[rows].argsort(stable=True)]
