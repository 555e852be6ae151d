"""A decoder step whose answers are drawn in advance: log-probabilities for every beginning of a sequence."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

Ids = tuple[int, ...]
Hypothesis = tuple[Ids, float]
Shape = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Row:
    """What step was asked once: the token, the state's number, what was fed so far with BOS, and the answer."""

    token: int
    parent: int
    fed: Ids
    log_probs: tuple[float, ...]


@dataclass(frozen=True)
class Tree:
    """``log_probs`` of what comes after a beginning without BOS; ``usual`` of what comes after all others.

    After EOS comes ``after_end``. ``floor`` is a sum of log-probabilities below which there is nothing to be found.
    """

    log_probs: Mapping[Ids, tuple[float, ...]]
    usual: tuple[float, ...]
    after_end: tuple[float, ...]
    eos_id: int
    floor: float = -math.inf
    shape: Shape = lambda numbers: numbers

    def after(self, ids: Ids) -> tuple[float, ...]:
        """The log-probabilities of every next token."""
        return self.after_end if self.eos_id in ids else self.log_probs.get(ids, self.usual)

    def hypotheses(self, max_length: int, ends: bool = True, ids: Ids = (), total: float = 0.0) -> Iterator[Hypothesis]:
        """Every sequence, EOS included, with the sum of its log-probabilities: ended, or ``max_length`` long.

        With ``ends`` false EOS ends nothing, so all are ``max_length`` long.
        """
        if total < self.floor:
            return
        if len(ids) == max_length or (ends and ids[-1:] == (self.eos_id,)):
            yield ids, total
            return
        for token, log_prob in enumerate(self.after(ids)):
            yield from self.hypotheses(max_length, ends, (*ids, token), total + log_prob)

    def greedy(self, max_length: int) -> Hypothesis:
        """The sequence of the likeliest tokens."""
        ids, total = (), 0.0  # type: tuple[Ids, float]
        while len(ids) < max_length and self.eos_id not in ids:
            following = self.after(ids)
            total += max(following)
            ids = (*ids, following.index(max(following)))
        return ids, total

    def sums(self, ids: Sequence[int]) -> list[float]:
        """The log-probability of each token of a sequence."""
        return [self.after(tuple(ids[:place]))[token] for place, token in enumerate(ids)]

    def start(self) -> Tensor:
        """The state before the first step, of one sequence."""
        return self.shape(torch.tensor([[0.0, 0.5]]))


@dataclass
class Step:
    """A step that follows a tree; every row of a state holds the number under which its history is remembered."""

    tree: Tree
    widest: int
    rows: list[Row] = field(default_factory=lambda: [Row(-1, -1, (), ())])

    def __call__(self, tokens: object, state: object) -> tuple[Tensor, Tensor]:
        """Return (log_probs (K, V), state) of one step; ValueError if the arguments are not of the right form."""
        numbers = self._numbers(state)
        if not isinstance(tokens, Tensor) or tokens.shape != (len(numbers),) or tokens.dtype != torch.int64:
            raise ValueError(
                f"step takes one token of dtype int64 for each of the state's {len(numbers)} rows, and got "
                + (f"shape {tuple(tokens.shape)}, {tokens.dtype}" if isinstance(tokens, Tensor) else repr(tokens)[:50])
            )
        first = len(self.rows)
        self.rows += [self._row(token, number) for token, number in zip(tokens.tolist(), numbers, strict=True)]
        made = range(first, len(self.rows))
        state = self.tree.shape(torch.tensor([[float(number), 0.5] for number in made]))
        return torch.tensor([self.rows[number].log_probs for number in made]), state

    def _row(self, token: int, parent: int) -> Row:
        fed = (*self.rows[parent].fed, token)
        if not 0 <= token < len(self.tree.usual):
            raise ValueError(f"step was given the token {token}, and there are {len(self.tree.usual)}")
        return Row(token, parent, fed, self.tree.after(fed[1:]))

    def _numbers(self, state: object) -> list[int]:
        form = self.tree.start()
        if not isinstance(state, Tensor) or state.shape[1:] != form.shape[1:] or state.dtype != form.dtype:
            raise ValueError("step was not given a state of the form that the first one, and its own, has")
        if not 1 <= len(state) <= self.widest:
            raise ValueError(f"step takes 1 to {self.widest} (beam_size) rows, and got {len(state)}")
        numbers = [int(number) for number in state.flatten(1)[:, 0].tolist()]
        if not all(0 <= number < len(self.rows) for number in numbers):
            raise ValueError("step was given a state that it has not returned")
        return numbers
