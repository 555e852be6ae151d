"""Makes forbidden calls impossible, by whatever way they are reached; for a process that serves a submission only.

What the student's notebook does (:mod:`autograder.judging.forbidden`) sees such calls as long as nobody hides from it,
and takes its time. Here the library's functions get other code and torch's operations other kernels, and copies of the
library's code are found in a record of all that was called, which can't be switched off.
"""

import contextlib
import functools
import importlib.util
import os
import re
import sys
from _lsprof import Profiler
from collections.abc import Callable, Iterator
from types import CodeType, TracebackType
from typing import Any

import torch
from torch.library import Library

from autograder.judging.forbidden import (
    Forbidden,
    ForbiddenCall,
    code_objects,
    essence,
    essences,
    functions,
    operation_names,
    packages,
)

# Where torch looks for an operation's kernel: for ordinary and for nested tensors, and under vmap and its like.
KEYS = ("CPU", "AutogradNestedTensor", "NestedTensorCPU", "FuncTorchDynamicLayerFrontMode")
_recording: list["Recorded"] = []
_innocent: dict[int, CodeType] = {}


class Recorded(Forbidden):
    """A context that records which Python functions are called, and raises at its end if one was forbidden."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        super().__init__(())
        self._copies = {**essences(patterns), **code_objects(patterns)}
        self._folders = folders(patterns)
        self._profiler = Profiler(builtins=bool(self._folders)) if patterns else None

    def __enter__(self) -> None:
        if self._profiler and not self.watching:
            self._found = None
            self._profiler.enable(subcalls=False)
        self._depth += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._depth -= 1
        if self._profiler and not self.watching:
            self._profiler.disable()
            self._look_through([entry.code for entry in self._profiler.getstats()])
            self._profiler.clear()
            if self._found and not isinstance(error, ForbiddenCall):
                raise ForbiddenCall(self._found) from None

    def _look_through(self, called: list[CodeType | str]) -> None:
        for code in called:
            if not isinstance(code, CodeType):
                self._look_at_builtin_text(code)
            elif id(code) not in _innocent:
                name = self._copies.get(code) or self._copies.get(essence(code)) or self._in_a_package(code)
                if name:
                    self.report(name)
                _innocent[id(code)] = code

    def _in_a_package(self, code: CodeType) -> str:
        found = (package for package, folder in self._folders.items() if code.co_filename.startswith(folder))
        return "".join(f"{package}'s {code.co_qualname}" for package in found)

    def _look_at_builtin_text(self, text: str) -> None:
        """Report a compiled function, of which there is but a text: <method 'encode' of 'tokenizers.Tokenizer' …>."""
        if any(re.search(rf"(?<![\w.]){package}\.", text) for package in self._folders):
            self.report(text.strip("<>"))


@contextlib.contextmanager
def guarded(patterns: tuple[str, ...]) -> Iterator[Forbidden]:
    """Let everything that matches the patterns raise ForbiddenCall, while a component is served."""
    forbidden = Recorded(patterns)
    if not patterns:
        yield forbidden
        return
    if not _recording:
        sys.addaudithook(_keep_recording)
    _recording[:] = [forbidden]
    _innocent.clear()
    operations = Library("aten", "IMPL")  # type: ignore[no-untyped-call]
    for overload in overloads(operation_names(patterns)):
        for key in KEYS:
            operations.impl(overload, _refusal(forbidden, overload.split(".")[0]), key)  # type: ignore[no-untyped-call]
    kept = {function: (function.__code__, function.__kwdefaults__) for function in functions(patterns)}
    for function, name in functions(patterns).items():
        function.__code__ = _refuse.__code__.replace(co_freevars=function.__code__.co_freevars)
        function.__kwdefaults__ = {"_refusal": _refusal(forbidden, name)}
    try:
        yield forbidden
    finally:
        for function, (code, defaults) in kept.items():
            function.__code__, function.__kwdefaults__ = code, defaults
        operations._destroy()  # type: ignore[no-untyped-call]


def look_up(patterns: tuple[str, ...]) -> None:
    """Look up what patterns match, which is remembered: in a fresh fork it would cost more."""
    overloads(operation_names(patterns))
    essences(patterns)
    folders(patterns)


@functools.cache
def folders(patterns: tuple[str, ...]) -> dict[str, str]:
    """Return where the packages lie of which nothing may run, as far as they are installed; none is imported."""
    found = {package: importlib.util.find_spec(package) for package in packages(patterns)}
    return {package: os.path.dirname(spec.origin) + os.sep for package, spec in found.items() if spec and spec.origin}


@functools.cache
def overloads(names: frozenset[str]) -> tuple[str, ...]:
    """Return torch's operations of these names in all their variants."""
    operations = (name.removeprefix("aten::") for name in torch._C._dispatch_get_all_op_names() if "aten::" in name)
    return tuple(name for name in operations if name.split(".")[0] in names)


def _refusal(forbidden: Forbidden, name: str) -> Callable[..., Any]:
    return lambda *args, **kwargs: forbidden.report(name)


def _refuse(*_args: Any, _refusal: Callable[[], Any], **_kwargs: Any) -> Any:
    """Stand in for a forbidden function, with its code alone: the rest of that function stays."""
    return _refusal()


def _keep_recording(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "sys.setprofile" and any(recorded.watching for recorded in _recording):
        raise RuntimeError("a profile function can't be set while your code is being checked")
