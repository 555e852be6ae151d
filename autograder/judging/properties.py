"""Properties that many components share, made from the names of drawn calls."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Names
from autograder.judging.expect import Mismatch
from autograder.judging.subject import StudentError, is_float_tensor, leaves
from autograder.judging.trial import Trial

Check = Callable[[Trial], None]


def has_the_right_form(*names: str, hint: str = "") -> Check:
    """The value has the oracle's structure, shapes and dtypes on the named calls."""

    def check(trial: Trial) -> None:
        for name in names:
            with _naming_the_call(trial, name):
                for what, actual, expected in _parts(trial, name, hint):
                    if isinstance(expected, Tensor):
                        expect.tensor(actual, what=what, shape=expected.shape, dtype=expected.dtype, hint=hint)

    return check


def agrees(*names: str, hint: str = "") -> Check:
    """The value equals the oracle's on the named calls."""

    def check(trial: Trial) -> None:
        for name in names:
            with _naming_the_call(trial, name):
                for what, actual, expected in _parts(trial, name, hint):
                    compare(actual, expected, what=what, hint=hint)

    return check


def gradients_agree(*names: str, hint: str = "") -> Check:
    """Every float input and parameter gets the oracle's gradient, without NaN, on the named calls."""

    def check(trial: Trial) -> None:
        for name in names:
            found, right = trial.gradients(name).by_leaf, trial.expected_gradients(name)
            # A gradient of 0 may be a sum of large terms: what is lost in rounding goes with the largest one.
            scale = max((expect.largest(gradient) for gradient in right.values() if gradient is not None), default=0.0)
            with _naming_the_call(trial, name):
                for leaf, expected in right.items():
                    _same_gradient(trial.leaf_name(name, leaf), found.get(leaf), expected, hint, max(1.0, scale))

    return check


def has_the_parameters(name: str, hint: str) -> Check:
    """An instance built as for the named call has the parameters that the call fills, of these shapes."""

    def check(trial: Trial) -> None:
        call = trial.calls[name]
        init = call.init or ()
        found = trial.subject.get_state(trial.construct(*init, **call.init_kwargs))
        for parameter, tensor in (call.state or {}).items():
            if parameter not in found:
                raise Mismatch(
                    what=f"{trial.component.name}({', '.join(map(str, init))})",
                    expected=f"a parameter {parameter}",
                    actual=f"only {', '.join(sorted(found)) or 'no parameters'}",
                    hint=hint,
                )
            expect.tensor(found[parameter], what=parameter, shape=tensor.shape, hint=hint)

    return check


def leaves_its_inputs_alone(*names: str) -> Check:
    """No tensor that is passed in is written into."""

    def check(trial: Trial) -> None:
        for name in names:
            after, call = trial.look_back(name), trial.calls[name]
            before = leaves({"args": call.args, "kwargs": dict(call.kwargs)})
            changed = leaves({"args": after.args, "kwargs": after.kwargs})
            for (path, old), (_, new) in zip(before, changed, strict=False):
                if isinstance(old, Tensor) and not _same_tensor(old, new):
                    raise Mismatch(
                        what=trial.leaf_name(name, path),
                        expected="to be unchanged after the call",
                        actual="other values in it",
                        hint="Something writes into it in place (an operation that ends in _, or x[...] = ...): "
                        "make a new tensor instead.",
                    )

    return check


def refuses(name: str, kind: str = "ValueError", hint: str = "") -> Check:
    """The named call raises an error of the given kind, with a message."""

    def check(trial: Trial) -> None:
        expected = f"a {kind} that says what is wrong"
        try:
            value = trial.result(name)
        except StudentError as error:
            if error.kind == "NotImplementedError":
                raise
            clear = error.kind == kind and bool(error.text.strip())
            if not clear:
                actual = f"{error.kind}: {error.text or '(no message)'}"
                raise Mismatch(what=trial.describe(name), expected=expected, actual=actual, hint=hint) from None
            return
        raise Mismatch(what=trial.describe(name), expected=expected, actual=expect.describe(value), hint=hint)

    return check


def every(*checks: Check) -> Check:
    """All of the given checks, in order."""

    def check(trial: Trial) -> None:
        for one in checks:
            one(trial)

    return check


def compare(actual: Any, expected: Any, *, what: str, hint: str = "") -> None:
    """Raise unless a student's plain value equals the expected one: tensors and numbers within tolerance."""
    if isinstance(expected, Tensor):
        expect.close(actual, expected, what=what, hint=hint)
    elif isinstance(expected, (int, float)) and not isinstance(expected, bool):
        expect.number(actual, what=what, expected=float(expected), hint=hint)
    else:
        expect.equal(actual, expected, what=what, hint=hint)


def _parts(trial: Trial, name: str, hint: str) -> list[tuple[str, Any, Any]]:
    actual, expected = trial.result(name), trial.expected(name)
    names = trial.component.returns
    if len(names) == 1:
        return [(_text(names[0]), actual, expected)]
    return _named(names, actual, expected, hint)


@contextlib.contextmanager
def _naming_the_call(trial: Trial, name: str) -> Iterator[None]:
    """Add to a mismatch which call it was; only then is the call put into words, which takes its time."""
    try:
        yield
    except Mismatch as found:
        told = f"{found.hint} The call was {trial.describe(name)}.".strip()
        raise Mismatch(what=found.what, expected=found.expected, actual=found.actual, hint=told) from None


def _named(names: Names, actual: Any, expected: Any, hint: str) -> list[tuple[str, Any, Any]]:
    items = expect.items(actual, [_text(name) for name in names], hint)
    parts: list[tuple[str, Any, Any]] = []
    for name, found, right in zip(names, items, expected, strict=True):
        parts += _named(name, found, right, hint) if isinstance(name, tuple) else [(_text(name), found, right)]
    return parts


def _text(name: "str | Names") -> str:
    return name if isinstance(name, str) else f"({', '.join(map(_text, name))})"


def _same_gradient(leaf: str, found: Tensor | None, expected: Tensor | None, hint: str, scale: float) -> None:
    what = f"the gradient of {leaf}"
    if expected is None:
        return
    if found is None:
        raise Mismatch(
            what=what,
            expected="a gradient",
            actual="none: the result doesn't depend on it as far as autograd can see",
            hint=f"Look for .detach(), .item(), .data, torch.tensor(...) of a tensor, or NumPy on the way. {hint}",
        )
    found = expect.tensor(found, what=what, hint=hint)
    if bool(found.isnan().any()):
        raise Mismatch(
            what=what,
            expected="finite numbers",
            actual="NaN",
            hint="Autograd differentiates both branches of a torch.where: a NaN in the branch that isn't taken still "
            f"poisons the gradient. {hint}",
        )
    expect.close(found, expected, what=what, hint=hint, scale=scale)


def _same_tensor(old: Tensor, new: Any) -> bool:
    if not isinstance(new, Tensor) or new.shape != old.shape or new.dtype != old.dtype:
        return False
    return (
        bool(torch.equal(torch.nan_to_num(old), torch.nan_to_num(new.detach())))
        if is_float_tensor(old)
        else bool(torch.equal(old, new))
    )
