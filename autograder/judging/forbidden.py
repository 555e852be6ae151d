"""Finds calls that an exercise forbids when they are executed, under whatever name the student reached them."""

import fnmatch
import functools
import importlib
import sys
from collections.abc import Callable, Iterable
from types import CodeType, FrameType, TracebackType
from typing import Any

from torch.overrides import TorchFunctionMode


class ForbiddenCall(BaseException):
    """Raised inside the student's call; a BaseException, so that ``except Exception`` does not swallow it."""


class Forbidden:
    """A context in which calls that match ``patterns`` raise :class:`ForbiddenCall`.

    A pattern is a dotted path, with ``*`` in its last part where several names are meant, such as ``torch.nn.RNN*``.
    Python functions and classes are recognised by their code, torch's own operations by their name.
    """

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._found: str | None = None
        self._mode = _Watch(self, operation_names(patterns)) if patterns else None
        self._codes = code_objects(patterns)
        self._previous: Any = None

    def __enter__(self) -> None:
        if self._mode is None:
            return
        self._found = None
        self._previous = sys.getprofile()
        self._mode.__enter__()  # type: ignore[no-untyped-call]
        sys.setprofile(self._profile)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._mode is None:
            return
        sys.setprofile(self._previous)
        self._mode.__exit__(kind, error, tb)  # type: ignore[no-untyped-call]
        if self._found and not isinstance(error, ForbiddenCall):
            raise ForbiddenCall(self._found) from None

    def report(self, name: str) -> None:
        """Remember and raise: remembered, so that a student's bare ``except`` gains nothing."""
        self._found = f"your code called {name}, which this exercise asks you to build"
        raise ForbiddenCall(self._found)

    def _profile(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code in self._codes:
            self.report(self._codes[frame.f_code])


class _Watch(TorchFunctionMode):
    def __init__(self, forbidden: Forbidden, names: frozenset[str]) -> None:
        super().__init__()
        self._forbidden = forbidden
        self._names = names

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(func, "__name__", "").split(".")[0]
        if name in self._names:
            self._forbidden.report(name)
        return func(*args, **(kwargs or {}))


@functools.cache
def operation_names(patterns: tuple[str, ...]) -> frozenset[str]:
    """Return the names of torch operations among the objects that match the patterns."""
    return frozenset(path.rpartition(".")[2] for path, found in _matching(patterns) if not isinstance(found, type))


@functools.cache
def code_objects(patterns: tuple[str, ...]) -> dict[CodeType, str]:
    """Return the code of every Python function that matches, and of every method of a class that does."""
    codes: dict[CodeType, str] = {}
    for path, found in _matching(patterns):
        functions: list[Any] = list(vars(found).values()) if isinstance(found, type) else [found]
        for function in functions:
            code = getattr(getattr(function, "__wrapped__", function), "__code__", None)
            if isinstance(code, CodeType):
                codes[code] = path
    return codes


def _matching(patterns: Iterable[str]) -> list[tuple[str, Callable[..., Any] | type]]:
    found = []
    for pattern in patterns:
        module_path, _, last = pattern.rpartition(".")
        owner = _owner(module_path)
        if owner is not None:
            # Listing a large module touches all that is in it, which in a freshly forked process is dear.
            names = fnmatch.filter(dir(owner), last) if "*" in last else [last]
            found += [(f"{module_path}.{name}", getattr(owner, name, None)) for name in names]
    return [(path, value) for path, value in found if callable(value)]


def _owner(path: str) -> Any:
    """Return the module or class at a dotted path, or None where its library isn't installed."""
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        parent, _, name = path.rpartition(".")
        return getattr(_owner(parent), name, None) if parent else None
