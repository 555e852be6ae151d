"""The subject whose student's side is this very process: the student's own notebook, or the served end of a channel."""

import contextlib
import importlib
import linecache
import math
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from autograder.judging.forbidden import Forbidden, ForbiddenCall
from autograder.judging.subject import (
    After,
    Callback,
    Gradients,
    Handle,
    Library,
    Opaque,
    Seeded,
    StudentError,
    copy_tensors,
    is_float_tensor,
    leaves,
    map_leaves,
)

MAX_ELEMENTS = 4_000_000
MAX_LEAVES = 20_000
MAX_DEPTH = 12
MAX_TEXT = 300
LIBRARIES = ("torch", "numpy", "math", "mine", "autograder.judging.fixtures")


class InProcessSubject:
    """A component as a live Python object; arguments are copied in and results copied out as plain values."""

    def __init__(self, component: Any, forbidden: tuple[str, ...] | Forbidden = ()) -> None:
        self._objects: list[Any] = [component]
        self._forbidden = forbidden if isinstance(forbidden, Forbidden) else Forbidden(forbidden)

    def construct(self, factory: Handle | Library, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Handle:
        function, own_args, own_kwargs = self._resolve(factory), self._receive(tuple(args)), self._receive(dict(kwargs))
        with _student_errors(), contextlib.nullcontext() if isinstance(factory, Library) else self._forbidden:
            self._objects.append(function(*own_args, **own_kwargs))
        return Handle(len(self._objects) - 1)

    def call(self, target: Handle, args: Sequence[Any], kwargs: Mapping[str, Any], method: str = "") -> Any:
        function, own_args, own_kwargs = self._resolve(target), self._receive(tuple(args)), self._receive(dict(kwargs))
        with _student_errors(), self._forbidden:
            return plain(_attribute(function, method)(*own_args, **own_kwargs))

    def call_and_look_back(self, target: Handle, args: Sequence[Any], kwargs: Mapping[str, Any]) -> After:
        function, own_args, own_kwargs = self._resolve(target), self._receive(tuple(args)), self._receive(dict(kwargs))
        with _student_errors(), self._forbidden:
            return After(plain(function(*own_args, **own_kwargs)), plain(own_args), plain(own_kwargs))

    def attribute(self, target: Handle, path: str) -> Any:
        with _student_errors(), self._forbidden:
            return plain(_attribute(self._resolve(target), path))

    def get_state(self, target: Handle) -> dict[str, Tensor]:
        with _student_errors(), self._forbidden:
            return {name: plain(tensor.detach()) for name, tensor in _named_tensors(self._module(target)).items()}

    def set_state(self, target: Handle, state: Mapping[str, Tensor]) -> None:
        dtypes = {tensor.dtype for tensor in state.values() if tensor.dtype.is_floating_point}
        with _student_errors(), self._forbidden, torch.no_grad():
            module = self._module(target)
            if len(dtypes) == 1:
                module.to(dtypes.pop())
            named = _named_tensors(module)
            for name, tensor in state.items():
                _copy_into(named, name, tensor)

    def grad(
        self, target: Handle, args: Sequence[Any], kwargs: Mapping[str, Any], cotangents: Sequence[Tensor]
    ) -> Gradients:
        function = self._resolve(target)
        inputs = {"args": self._receive(tuple(args)), "kwargs": self._receive(dict(kwargs))}
        variables = {path: leaf.requires_grad_() for path, leaf in leaves(inputs) if is_float_tensor(leaf)}
        # The backward pass and the conversion of results may run the student's code as much as the call itself.
        with _student_errors(), self._forbidden, torch.enable_grad():
            if isinstance(function, nn.Module):
                # Under every name that a parameter has: a check asks for the one that the task gives.
                named = function.named_parameters(remove_duplicate=False)
                variables |= {f"state.{name}": parameter for name, parameter in named}
            value = function(*inputs["args"], **inputs["kwargs"])
            total = _contract([leaf for _, leaf in leaves(value) if is_float_tensor(leaf)], cotangents)
            found = _gradients(total, list(variables.values()))
            return Gradients(plain(value), dict(zip(variables, plain(found), strict=True)))

    def close(self) -> None:
        self._objects.clear()

    def _resolve(self, target: Handle | Library) -> Any:
        return library_object(target.path) if isinstance(target, Library) else self._objects[target.id]

    def _receive(self, value: Any) -> Any:
        return map_leaves(self._receive_leaf, copy_tensors(value))

    def _receive_leaf(self, leaf: Any) -> Any:
        if isinstance(leaf, (Handle, Library)):
            return self._resolve(leaf)
        if isinstance(leaf, Seeded):
            return torch.Generator().manual_seed(leaf.seed)
        if isinstance(leaf, Callback):
            return lambda *args, **kwargs: leaf.function(*plain(args), **plain(kwargs))
        return leaf

    def _module(self, target: Handle) -> nn.Module:
        module = self._resolve(target)
        if not isinstance(module, nn.Module):
            raise StudentError("TypeError", f"expected an nn.Module, got a {type(module).__name__}")
        return module


def _attribute(owner: Any, path: str) -> Any:
    """Return what is at a dotted path below an object; the object itself for an empty path."""
    for part in filter(None, path.split(".")):
        owner = getattr(owner, part)
    return owner


def library_object(path: str) -> Any:
    """Return the object at a dotted path of one of the known libraries."""
    module_path, _, names = path.partition(":")
    if not names:
        module_path, _, names = path.rpartition(".")
    if module_path.split(".")[0] not in {name.split(".")[0] for name in LIBRARIES}:
        raise ValueError(f"{path!r} is in none of the libraries {LIBRARIES}")
    return getattr(importlib.import_module(module_path), names)


def plain(value: Any) -> Any:
    """Return a value as exact built-in types and plain tensors; anything else becomes :class:`Opaque`."""
    budget = iter(range(MAX_LEAVES))
    return _plain(value, MAX_DEPTH, budget)


def _plain(value: Any, depth: int, budget: Iterator[int]) -> Any:
    if next(budget, None) is None or depth == 0:
        return Opaque(type(value).__name__, "too large or too deeply nested")
    if isinstance(value, Tensor):
        return _plain_tensor(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (np.bool_, np.integer, np.floating)):
        return value.item()
    if isinstance(value, int):
        return int(value) if abs(value) < 2**63 else Opaque("int", "an integer of more than 64 bits")
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple):
        return tuple(_plain(item, depth - 1, budget) for item in tuple.__iter__(value))
    if isinstance(value, list):
        return [_plain(item, depth - 1, budget) for item in list.__iter__(value)]
    if isinstance(value, dict) and all(type(key) in (str, int, bool, float) for key in dict.__iter__(value)):
        return {key: _plain(item, depth - 1, budget) for key, item in dict.items(value)}
    if isinstance(value, (Handle, Library, Seeded, Callback, Opaque)):
        return value
    return Opaque(type(value).__name__, _short_text(value))


def _plain_tensor(value: Tensor) -> Tensor | Opaque:
    if value.layout != torch.strided or value.device.type == "meta" or value.numel() > MAX_ELEMENTS:
        return Opaque("Tensor", f"{value.layout} tensor of shape {tuple(value.shape)} on {value.device}")
    copy = value.detach().as_subclass(Tensor).cpu().resolve_conj().resolve_neg().clone()
    return copy.requires_grad_(value.requires_grad)


def _short_text(value: Any) -> str:
    try:
        return repr(value)[:MAX_TEXT]
    except Exception:
        return "(its repr raises)"


def _named_tensors(module: nn.Module) -> dict[str, Tensor]:
    return {
        **dict(module.named_parameters(remove_duplicate=False)),
        **dict(module.named_buffers(remove_duplicate=False)),
    }


def _copy_into(named: Mapping[str, Tensor], name: str, tensor: Tensor) -> None:
    if name not in named:
        raise StudentError("AttributeError", f"the module has no parameter named {name!r}; it has {sorted(named)}")
    if named[name].shape != tensor.shape:
        raise StudentError(
            "ShapeError", f"{name} should have shape {tuple(tensor.shape)} and has {tuple(named[name].shape)}"
        )
    named[name].copy_(tensor)


def _contract(outputs: Sequence[Tensor], cotangents: Sequence[Tensor]) -> Tensor:
    if [tuple(o.shape) for o in outputs] != [tuple(c.shape) for c in cotangents]:
        wanted, got = ([tuple(tensor.shape) for tensor in tensors] for tensors in (cotangents, outputs))
        raise StudentError("ShapeError", f"the float outputs should have shapes {wanted}, and have {got}")
    return torch.stack([(o * c.to(o.dtype)).sum() for o, c in zip(outputs, cotangents, strict=True)]).sum()


def _gradients(total: Tensor, variables: list[Tensor]) -> list[Tensor | None]:
    if not total.requires_grad:
        return [None] * len(variables)
    return list(torch.autograd.grad(total, variables, allow_unused=True))


@contextlib.contextmanager
def _student_errors() -> Iterator[None]:
    """Turn whatever the student's code raises into a StudentError, except the student's own interrupt."""
    try:
        yield
    except StudentError:
        raise
    except ForbiddenCall as error:
        raise StudentError("ForbiddenCall", str(error), student_line(error)) from None
    except (Exception, SystemExit) as error:
        raise StudentError(_error_kind(error), error_text(error), student_line(error)) from None


def _error_kind(error: BaseException) -> str:
    """Return the name of the error's type, or of the built-in type that a type of the student's own derives from."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")


def error_text(error: BaseException) -> str:
    """Return an exception's message, cut at a limit, even if asking for it raises."""
    try:
        return str(error)[:MAX_TEXT]
    except BaseException:
        return "(its message can't be shown)"


def student_line(error: BaseException) -> str:
    """Return "line N: the code" for the innermost frame of the student's own, or an empty text."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not _is_library(frame.filename)]
    if not own or own[-1].lineno is None:
        return ""
    code = own[-1].line or linecache.getline(own[-1].filename, own[-1].lineno).strip()
    return f"line {own[-1].lineno}: {code[:MAX_TEXT]}" if code else f"line {own[-1].lineno}"


def _is_library(filename: str) -> bool:
    roots = (
        sys.prefix,
        sys.base_prefix,
        str(Path(__file__).parents[1]),
        "<frozen",
        "<string>",
        "<reference",
        "<__array_function__",
    )
    return filename.startswith(roots)


def as_number(value: Any) -> float | None:
    """Return a real number given as int, float or 0-d tensor as a float, else None."""
    if isinstance(value, Tensor) and value.dim() == 0 and not value.is_complex():
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
        return None
    return float(value)
