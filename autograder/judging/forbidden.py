"""Finds calls that an exercise forbids when they are executed, under whatever name the student reached them."""

import fnmatch
import functools
import importlib
import itertools
import threading
from collections.abc import Callable, Iterable
from sys import getprofile, setprofile
from types import CodeType, FrameType, FunctionType, TracebackType
from typing import Any

from torch.overrides import TorchFunctionMode

EVERYTHING = ".**"
LONG = 300  # bytes of code: nobody writes as much as somebody else did by chance


class ForbiddenCall(BaseException):
    """Raised inside the student's call; a BaseException, so that ``except Exception`` does not swallow it."""


class Forbidden:
    """A context in which calls that match ``patterns`` raise :class:`ForbiddenCall`.

    A pattern is a dotted path, with ``*`` in its last part where several names are meant, such as ``torch.nn.RNN*``.
    Python functions and classes are recognised by their code, torch's own operations by their name. With ``**`` after
    a package, such as ``transformers.**``, whatever runs in its modules is meant, and it isn't imported to find out.
    """

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._found: str | None = None
        self._packages = frozenset(pattern.removesuffix(EVERYTHING) for pattern in patterns if _is_package(pattern))
        self._mode = _Watch(self, operation_names(patterns)) if patterns else None
        self._essences = essences(patterns)
        self._codes = code_objects(patterns)
        self._innocent: dict[int, CodeType] = {}
        self._depth = 0

    def __enter__(self) -> None:
        if self._mode is None:
            return
        if not self.watching:
            self._found = None
            self._previous = getprofile()
            self._mode.__enter__()  # type: ignore[no-untyped-call]
            threading.setprofile(self._profile)
            setprofile(self._profile)
        self._depth += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._mode is None:
            return
        self._depth -= 1
        if self.watching:
            return
        setprofile(self._previous)
        threading.setprofile(None)
        self._mode.__exit__(kind, error, tb)  # type: ignore[no-untyped-call]
        if self._found and not isinstance(error, ForbiddenCall):
            raise ForbiddenCall(self._found) from None

    @property
    def watching(self) -> bool:
        """Whether the student's code is running now."""
        return self._depth > 0

    def report(self, name: str) -> None:
        """Remember and raise: remembered, so that a student's bare ``except`` gains nothing."""
        self._found = f"your code called {name}, which this exercise asks you to build"
        raise ForbiddenCall(self._found)

    def _profile(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "c_call" and self._packages:
            self._look_at_builtin(argument)
        code = frame.f_code
        if event != "call" or id(code) in self._innocent:
            return
        name = self._codes.get(code) or self._essences.get(essence(code))
        if name:
            self.report(name)
        module = frame.f_globals.get("__name__")
        if _package(module) in self._packages:
            self.report(f"{module}.{code.co_name}")
        self._innocent[id(code)] = code


    def _look_at_builtin(self, builtin: Any) -> None:
        """Report a compiled function or method of one of the packages, which has no frame of its own."""
        owner = getattr(builtin, "__self__", None)
        kind = type(owner) if owner is not None else getattr(builtin, "__objclass__", builtin)
        for module in (getattr(builtin, "__module__", None), getattr(kind, "__module__", None)):
            if _package(module) in self._packages:
                self.report(f"{module}.{getattr(builtin, '__name__', '')}")


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
    return {function.__code__: name for function, name in functions(patterns).items()}


@functools.cache
def functions(patterns: tuple[str, ...]) -> dict[FunctionType, str]:
    """Return every Python function that matches, and every method of a class that does, without what wraps it."""
    found: dict[FunctionType, str] = {}
    for path, owner in _matching(patterns):
        members: list[Any] = list(vars(owner).values()) if isinstance(owner, type) else [owner]
        unwrapped = (getattr(member, "__func__", getattr(member, "__wrapped__", member)) for member in members)
        found.update({function: path for function in unwrapped if isinstance(function, FunctionType)})
    return found


@functools.cache
def essences(patterns: tuple[str, ...]) -> dict[CodeType, str]:
    """Return what is left of the longer of these codes under another name, in another file, at another line."""
    return {essence(code): name for code, name in code_objects(patterns).items() if len(code.co_code) > LONG}


def essence(code: CodeType) -> CodeType:
    """Return code without what a copy of it may have otherwise."""
    return code.replace(co_name="", co_qualname="", co_filename="", co_firstlineno=1, co_linetable=b"")


def _matching(patterns: Iterable[str]) -> list[tuple[str, Callable[..., Any] | type]]:
    found = []
    for pattern in itertools.filterfalse(_is_package, patterns):
        module_path, _, last = pattern.rpartition(".")
        owner = _owner(module_path)
        if owner is not None:
            # Listing a large module touches all that is in it, which in a freshly forked process is dear.
            names = fnmatch.filter(dir(owner), last) if "*" in last else [last]
            found += [(f"{module_path}.{name}", getattr(owner, name, None)) for name in names]
    return [(path, value) for path, value in found if callable(value)]


def _is_package(pattern: str) -> bool:
    return pattern.endswith(EVERYTHING)


def _package(module: Any) -> str:
    return module.partition(".")[0] if isinstance(module, str) else ""


def _owner(path: str) -> Any:
    """Return the module or class at a dotted path, or None where its library isn't installed."""
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        parent, _, name = path.rpartition(".")
        return getattr(_owner(parent), name, None) if parent else None
