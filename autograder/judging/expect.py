"""Expectations: each climbs a ladder (type, shape, dtype, NaN, values) and stops at the first broken rung.

A broken expectation is data (what, expected, actual, hint), not text: renderers decide how it looks.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.judging.inprocess import as_number
from autograder.judging.subject import Opaque

RELATIVE = {torch.float32: 1e-4, torch.float64: 1e-9}
ABSOLUTE = {torch.float32: 1e-5, torch.float64: 1e-10}


class Mismatch(Exception):
    """A student's result that is not as expected."""

    def __init__(self, *, what: str, expected: str, actual: str, hint: str = "") -> None:
        super().__init__(f"{what}: expected {expected}, got {actual}." + (f" {hint}" if hint else ""))
        self.what = what
        self.expected = expected
        self.actual = actual
        self.hint = hint


def holds(condition: bool, *, what: str, expected: str, actual: str, hint: str = "") -> None:
    """Raise :class:`Mismatch` unless the condition is true."""
    if not condition:
        raise Mismatch(what=what, expected=expected, actual=actual, hint=hint)


def items(value: Any, names: Sequence[str], hint: str = "") -> tuple[Any, ...]:
    """Return the parts of a returned tuple or list of exactly ``len(names)`` items."""
    if not isinstance(value, (tuple, list)) or len(value) != len(names):
        raise Mismatch(
            what="the returned value", expected=f"a tuple ({', '.join(names)})", actual=describe(value), hint=hint
        )
    return tuple(value)


def tensor(
    value: Any, *, what: str, shape: Sequence[int] | None = None, dtype: torch.dtype | None = None, hint: str = ""
) -> Tensor:
    """Return ``value`` if it is a tensor of the given shape and dtype."""
    if not isinstance(value, Tensor):
        raise Mismatch(what=what, expected="a torch.Tensor", actual=describe(value), hint=hint)
    if shape is not None and tuple(value.shape) != tuple(shape):
        raise Mismatch(what=what, expected=f"shape {tuple(shape)}", actual=f"shape {tuple(value.shape)}", hint=hint)
    if dtype is not None and value.dtype != dtype:
        raise Mismatch(what=what, expected=f"dtype {short(dtype)}", actual=f"dtype {short(value.dtype)}", hint=hint)
    return value


def close(actual: Any, expected: Tensor, *, what: str, hint: str = "", where: str = "", scale: float = 1.0) -> Tensor:
    """Return ``actual`` if it agrees with ``expected`` in shape, dtype and values within the dtype's tolerance.

    ``scale`` is the size of the numbers that it was computed from, if it may be larger than what is expected.
    """
    found = tensor(actual, what=what, shape=expected.shape, dtype=expected.dtype, hint=hint)
    if found.numel() == 0:
        return found
    if bool(found.isnan().any()) and not bool(expected.isnan().any()):
        index = _first(found.isnan())
        raise Mismatch(what=f"{what}{_at(index)}{where}", expected=_number(expected[index]), actual="NaN", hint=hint)
    wrong = ~agree(found, expected, scale)
    if bool(wrong.any()):
        index = _first(wrong)
        share = f"{int(wrong.sum())} of {wrong.numel()} entries differ" if wrong.numel() > 1 else ""
        raise Mismatch(
            what=f"{what}{_at(index)}{where}",
            expected=_number(expected[index]),
            actual=_number(found[index]) + (f" ({share})" if share else ""),
            hint=hint,
        )
    return found


def agree(actual: Tensor, expected: Tensor, scale: float = 1.0) -> Tensor:
    """Return where two tensors of one shape and dtype agree within the dtype's tolerance, for numbers of that scale."""
    if not expected.dtype.is_floating_point:
        return actual == expected
    scale = max(scale, largest(expected))
    rtol, atol = RELATIVE.get(expected.dtype, 1e-4), ABSOLUTE.get(expected.dtype, 1e-5)
    return torch.isclose(actual.detach(), expected.detach(), rtol=rtol, atol=atol * scale, equal_nan=True)


def largest(values: Tensor) -> float:
    """Return the largest finite absolute value, 0 if there is none."""
    finite = values.detach()[values.isfinite()]
    return float(finite.abs().max()) if finite.numel() else 0.0


def number(value: Any, *, what: str, expected: float, hint: str = "", rtol: float = 1e-6) -> float:
    """Return ``value`` as a float if it is a real number (a 0-d tensor will do) close to ``expected``."""
    found = as_number(value)
    if found is None:
        raise Mismatch(what=what, expected=f"the number {expected:g}", actual=describe(value), hint=hint)
    if abs(found - expected) > rtol * max(1.0, abs(expected)):
        raise Mismatch(what=what, expected=f"{expected:.10g}", actual=f"{found:.10g}", hint=hint)
    return found


def equal(actual: Any, expected: Any, *, what: str, hint: str = "") -> None:
    """Raise unless a plain value (ints, strings, lists of them) equals the expected one, lists and tuples alike."""
    if _listed(actual) != _listed(expected):
        raise Mismatch(what=what, expected=describe(expected), actual=describe(actual), hint=hint)


def describe(value: Any) -> str:
    """Return a short description of a plain value for a message."""
    if isinstance(value, Tensor):
        return f"a {short(value.dtype)} tensor of shape {tuple(value.shape)}"
    if isinstance(value, Opaque):
        return f"a {value.type_name}"
    if value is None:
        return "None (is a return missing?)"
    if isinstance(value, (tuple, list)) and any(isinstance(item, (Tensor, Opaque)) for item in value):
        return f"a {type(value).__name__} of {len(value)}: " + ", ".join(describe(item) for item in value[:4])
    if isinstance(value, dict) and any(isinstance(item, (Tensor, Opaque)) for item in value.values()):
        return "a dict of " + ", ".join(f"{key}: {describe(item)}" for key, item in list(value.items())[:4])
    text = repr(value)
    return text if len(text) <= 120 else text[:117] + "..."


def short(dtype: torch.dtype) -> str:
    """Return a dtype's name without the module."""
    return str(dtype).removeprefix("torch.")


def _listed(value: Any) -> Any:
    if isinstance(value, Tensor):
        return _listed(value.tolist())
    return [_listed(item) for item in value] if isinstance(value, (tuple, list)) else value


def _first(where: Tensor) -> tuple[int, ...]:
    return tuple(int(i) for i in where.nonzero()[0])


def _at(index: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else ""


def _number(value: Tensor) -> str:
    return f"{value.item():.6g}" if value.dtype.is_floating_point else str(value.item())
