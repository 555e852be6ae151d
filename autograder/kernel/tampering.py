"""Notices that a submission changed what all of its components share: libraries, settings, the release's own names."""

import sys
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import nn

MODULES = (
    *("builtins", "math", "random", "copy", "functools", "itertools", "collections", "operator", "os", "time", "json"),
    *(
        "struct",
        "socket",
        "signal",
        "linecache",
        "traceback",
        "warnings",
        "numpy",
        "numpy.random",
        "numpy.testing",
        "torch",
    ),
    *("torch.nn", "torch.nn.functional", "torch.nn.init", "torch.autograd", "torch.testing", "torch.linalg"),
    *("torch.special", "torch._C._nn", "mine"),
)
MACHINERY = tuple(f"autograder.judging.{name}" for name in ("forbidden", "inprocess", "remote", "subject", "wire"))
_MISSING = object()

Snapshot = dict[str, tuple[Any, dict[str, Any]]]


def snapshot() -> Snapshot:
    """Return what the watched modules and classes hold now."""
    return {name: (owner, dict(vars(owner))) for name, owner in (*_owners(), *_machinery())}


def changes(before: Snapshot, given: Mapping[str, Any], names: Mapping[str, Any]) -> list[str]:
    """Return what is no longer as it was, in words; ``given`` holds the names that the release's cells bound."""
    found = [f"{name} was changed" for name, (owner, held) in before.items() if _differs(owner, held)]
    found += [
        f"{name} was replaced" for name in MODULES if name in before and sys.modules.get(name) is not before[name][0]
    ]
    found += [f"{name} was given and is bound anew" for name, value in given.items() if names.get(name) is not value]
    return found + [sentence for sentence, holds in _settings().items() if holds]


def machinery_changed(before: Snapshot) -> bool:
    """Return whether the code that answers the judge is no longer as it was."""
    return any(_differs(*before[name]) for name, _ in _machinery())


def _machinery() -> Iterator[tuple[str, Any]]:
    for module_name in MACHINERY:
        module = sys.modules[module_name]
        yield module_name, module
        classes = (found for found in vars(module).values() if isinstance(found, type))
        yield from ((f"{module_name}.{c.__name__}", c) for c in classes if c.__module__ == module_name)


def _owners() -> Iterator[tuple[str, Any]]:
    yield from ((name, sys.modules[name]) for name in MODULES if name in sys.modules)
    yield "torch.Tensor", torch.Tensor
    yield from ((f"torch.nn.{name}", found) for name, found in vars(nn).items() if isinstance(found, type))


def _differs(owner: Any, held: dict[str, Any]) -> bool:
    """Whether names are bound anew; in a class also new names, which hide what it inherits."""
    now = vars(owner)
    added = isinstance(owner, type) and len(now) > len(held)
    return added or any(now.get(name, _MISSING) is not value for name, value in held.items())


def _settings() -> dict[str, bool]:
    hooks = nn.modules.module
    return {
        "threads are running": threading.active_count() > 1,
        "the default dtype is not float32": torch.get_default_dtype() != torch.float32,
        "gradients are off": not torch.is_grad_enabled() or torch.is_inference_mode_enabled(),
        "a global hook is set": bool(hooks._global_forward_hooks or hooks._global_forward_pre_hooks),
        "a tracing function is set": sys.gettrace() is not None or sys.getprofile() is not None,
    }
