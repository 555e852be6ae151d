"""Makes forbidden calls impossible, by whatever way they are reached; for a process that serves a submission only.

What the student's notebook does (:mod:`autograder.judging.forbidden`) sees such calls as long as nobody hides from it.
Here the library's functions get other code, torch's operations other kernels, and the rest can't be switched off.
"""

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.library import Library

from autograder.judging.forbidden import Forbidden, functions, operation_names

_watched: list[Forbidden] = []


@contextlib.contextmanager
def guarded(forbidden: Forbidden, patterns: tuple[str, ...]) -> Iterator[None]:
    """Let everything that matches the patterns raise ForbiddenCall, while a component is served."""
    if not patterns:
        yield
        return
    if not _watched:
        sys.addaudithook(_keep_profiling)
    _watched[:] = [forbidden]
    operations = Library("aten", "IMPL")  # type: ignore[no-untyped-call]
    for overload in overloads(operation_names(patterns)):
        operations.impl(overload, _refusal(forbidden, overload.split(".")[0]), "CPU")  # type: ignore[no-untyped-call]
    kept = {function: (function.__code__, function.__kwdefaults__) for function in functions(patterns)}
    for function, name in functions(patterns).items():
        function.__code__ = _refuse.__code__.replace(co_freevars=function.__code__.co_freevars)
        function.__kwdefaults__ = {"_refusal": _refusal(forbidden, name)}
    try:
        yield
    finally:
        for function, (code, defaults) in kept.items():
            function.__code__, function.__kwdefaults__ = code, defaults
        operations._destroy()  # type: ignore[no-untyped-call]


@functools.cache
def overloads(names: frozenset[str]) -> tuple[str, ...]:
    """Return torch's operations of these names in all their variants, but for those that call another variant."""
    operations = (name.removeprefix("aten::") for name in torch._C._dispatch_get_all_op_names() if "aten::" in name)
    return tuple(name for name in operations if name.split(".")[0] in names and not name.endswith("out"))


def _refusal(forbidden: Forbidden, name: str) -> Callable[..., Any]:
    return lambda *args, **kwargs: forbidden.report(name)


def _refuse(*_args: Any, _refusal: Callable[[], Any], **_kwargs: Any) -> Any:
    """Stand in for a forbidden function, with its code alone: the rest of that function stays."""
    return _refusal()


def _keep_profiling(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "sys.setprofile" and any(forbidden.watching for forbidden in _watched):
        raise RuntimeError("a profile function can't be set while your code is being checked")
