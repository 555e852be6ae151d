"""The seam between the judge and a student's code.

A property never touches a student's object: it asks a :class:`Subject`. What crosses the seam is JSON values, tensors,
handles to objects on the student's side, and the small descriptions below; never pickled code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor


@dataclass(frozen=True)
class Handle:
    """An object that lives on the student's side; handle 0 is the component itself."""

    id: int


COMPONENT = Handle(0)


@dataclass(frozen=True)
class Library:
    """A public object of an installed library on the student's side, such as ``torch.nn.functional.gelu``."""

    path: str


@dataclass(frozen=True)
class Seeded:
    """A ``torch.Generator`` made on the student's side from a seed."""

    seed: int


@dataclass(frozen=True)
class Callback:
    """A function of the judge's that the student's code may call; its arguments arrive as plain values."""

    function: Callable[..., Any]


@dataclass(frozen=True)
class Opaque:
    """A student's value that can't cross the seam: only its type's name and a short text of it do."""

    type_name: str
    text: str


@dataclass(frozen=True)
class After:
    """A call's value together with its arguments as the call left them."""

    value: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


@dataclass(frozen=True)
class Gradients:
    """A call's value and the gradient of <outputs, cotangents> by leaf: ``args.0``, ``kwargs.x``, ``state.bias``."""

    value: Any
    by_leaf: dict[str, Tensor | None] = field(default_factory=dict)


class StudentError(Exception):
    """The student's code raised, was stopped, or did what is forbidden.

    ``line`` quotes the place in their cell, ``call`` says what was called with what, if it was a drawn call.
    """

    def __init__(self, kind: str, text: str, line: str = "", call: str = "") -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind
        self.text = text
        self.line = line
        self.call = call


class Subject(Protocol):
    """A student's component behind the seam; its methods raise :class:`StudentError` when the student's code fails."""

    def construct(self, factory: Handle | Library, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Handle:
        """Call a class or function and keep the result on the student's side."""

    def call(self, target: Handle, args: Sequence[Any], kwargs: Mapping[str, Any], method: str = "") -> Any:
        """Call an object, or a method of it, and return the value."""

    def call_and_look_back(self, target: Handle, args: Sequence[Any], kwargs: Mapping[str, Any]) -> After:
        """Call an object and return the value with the arguments as they are afterwards."""

    def attribute(self, target: Handle, path: str) -> Any:
        """Read a dotted attribute path."""

    def get_state(self, target: Handle) -> dict[str, Tensor]:
        """Return copies of a module's parameters and buffers by name."""

    def set_state(self, target: Handle, state: Mapping[str, Tensor]) -> None:
        """Copy the given tensors into a module, which takes their floating dtype."""

    def grad(
        self, target: Handle, args: Sequence[Any], kwargs: Mapping[str, Any], cotangents: Sequence[Tensor]
    ) -> Gradients:
        """Call an object and differentiate <float outputs, cotangents> by every float input and parameter."""

    def close(self) -> None:
        """Let go of everything on the student's side."""


def leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Flatten tuples, lists and dicts into (path, leaf) pairs, in order."""
    if isinstance(value, (tuple, list)):
        return [pair for index, item in enumerate(value) for pair in leaves(item, _join(path, index))]
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in leaves(item, _join(path, key))]
    return [(path, value)]


def map_leaves(function: Callable[[Any], Any], value: Any) -> Any:
    """Rebuild a structure of tuples, lists and dicts with ``function`` applied to each leaf."""
    if isinstance(value, tuple):
        return tuple(map_leaves(function, item) for item in value)
    if isinstance(value, list):
        return [map_leaves(function, item) for item in value]
    if isinstance(value, dict):
        return {key: map_leaves(function, item) for key, item in value.items()}
    return function(value)


def is_float_tensor(value: Any) -> bool:
    """Whether a leaf is a floating-point tensor, which is what can have a gradient."""
    return isinstance(value, Tensor) and value.dtype.is_floating_point


def copy_tensors(value: Any) -> Any:
    """Rebuild a structure with fresh copies of its tensors, so that nobody writes into a fixture."""
    return map_leaves(lambda leaf: leaf.detach().clone() if isinstance(leaf, torch.Tensor) else leaf, value)


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)
