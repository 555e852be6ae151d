"""A decoder step that follows a script: which token comes next is written down in advance."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from autograder.judging.subject import leaves, map_leaves

Shape = Callable[[Tensor], Any]


def tensor_state(rows: Tensor) -> Tensor:
    """A state that is one tensor."""
    return rows


def pair_state(rows: Tensor) -> tuple[Tensor, Tensor]:
    """A state like an LSTM's (h, c)."""
    return rows, rows.clone()


def nested_state(rows: Tensor) -> tuple[tuple[Tensor, Tensor], Tensor]:
    """A state like an LSTM's and a memory."""
    return (rows, rows.clone()), rows[:, None].repeat(1, 3, 1)


@dataclass(frozen=True)
class Script:
    """``tokens[row][time]`` is what comes next, if the token before it is fed in; otherwise something else comes.

    Every tensor of the state holds, for each sequence, which row of the script it follows and how many steps it has
    made.
    """

    tokens: tuple[tuple[int, ...], ...]
    vocabulary: int
    bos_id: int
    eos_id: int
    state: Shape

    def start(self) -> Any:
        """The state before the first step."""
        return self.state(torch.tensor([[float(row), 0.0] for row in range(len(self.tokens))]))

    def __call__(self, tokens: Any, state: Any) -> tuple[Tensor, Any]:
        """Return (logits, state) of one step; ValueError if the arguments are not of the right form."""
        rows = self._rows(state)
        if not isinstance(tokens, Tensor) or tuple(tokens.shape) != (len(rows),) or tokens.dtype != torch.int64:
            raise ValueError(f"step takes tokens of shape ({len(rows)},) and dtype int64, and got {_form(tokens)}")
        following = [
            self._next(int(row), int(time), fed) for (row, time), fed in zip(rows, tokens.tolist(), strict=True)
        ]
        return self._logits(following), map_leaves(lambda leaf: leaf + torch.tensor([0.0, 1.0]), state)

    def until_end(self, max_length: int) -> list[list[int]]:
        """Each row up to its first EOS, and no longer than ``max_length``."""
        return [list(row[: self._end(row, max_length)]) for row in self.tokens]

    def steps_needed(self, max_length: int) -> int:
        """How many steps there are until every row has come to its EOS, and no more than ``max_length``."""
        return max(min(self._end(row, max_length) + 1, max_length) for row in self.tokens)

    def _end(self, row: tuple[int, ...], max_length: int) -> int:
        seen = row[:max_length]
        return seen.index(self.eos_id) if self.eos_id in seen else max_length

    def _rows(self, state: Any) -> list[list[float]]:
        parts = [leaf for _, leaf in leaves(state)]
        if _skeleton(state) != _skeleton(self.start()) or not all(isinstance(part, Tensor) for part in parts):
            raise ValueError("step was not given a state of the form that the first one, and its own, has")
        flat = [part.reshape(len(part), -1, 2)[:, 0].tolist() for part in parts]
        if any(rows != flat[0] for rows in flat):
            raise ValueError("step was given a state whose parts come from different steps or sequences")
        return list(flat[0])

    def _next(self, row: int, time: int, fed: int) -> int:
        script = self.tokens[row]
        if time >= len(script):
            raise ValueError(f"step was called {time + 1} times")
        before = self.bos_id if time == 0 else script[time - 1]
        ended = self.eos_id in script[:time]
        return script[time] if ended or fed == before else self._another(script[time])

    def _another(self, token: int) -> int:
        others = [other for other in range(self.vocabulary) if other not in (token, self.eos_id)]
        return others[token % len(others)]

    def _logits(self, following: list[int]) -> Tensor:
        spread = torch.arange(self.vocabulary) * 0.37 % 1
        peak = torch.nn.functional.one_hot(torch.tensor(following), self.vocabulary)
        return 2 * peak + spread - 5


@dataclass
class Recorder:
    """A script that remembers how often it was called, and with which states."""

    script: Script
    states: list[Any] = field(default_factory=list)

    def __call__(self, tokens: Any, state: Any) -> tuple[Tensor, Any]:
        self.states.append(state)
        return self.script(tokens, state)

    def stuck(self) -> bool:
        """Whether some part of the state was the first one at every step, of which there were several."""
        times = [[float(leaf.flatten()[1]) for _, leaf in leaves(state)] for state in self.states]
        return len(times) > 1 and any(not any(part) for part in zip(*times, strict=True))


def _skeleton(state: Any) -> Any:
    if isinstance(state, (tuple, list)):
        return [_skeleton(item) for item in state]
    return tuple(state.shape[1:]) if isinstance(state, Tensor) else None


def _form(value: Any) -> str:
    return f"{tuple(value.shape)}, {value.dtype}" if isinstance(value, Tensor) else f"a {type(value).__name__}"
