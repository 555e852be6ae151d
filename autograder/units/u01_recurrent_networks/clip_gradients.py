"""Clipping by the global norm against torch.nn.utils.clip_grad_norm_ (Pascanu et al. 2013, algorithm 1)."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch, describe
from autograder.judging.properties import Check
from autograder.judging.subject import COMPONENT as STUDENTS
from autograder.judging.trial import Trial
from autograder.units.u01_recurrent_networks.truth import FORBIDDEN

Gradients = list[Tensor | None]

FIXTURES = "autograder.judging.fixtures"
LARGE = ("all_large", "jointly_large", "one_large", "just_above")
SMALL = ("small", "just_below")
NOTHING = ("no_parameter", "no_gradient", "zero_gradients")
# Adding up to 1e-6 to the norm before dividing is allowed, and no norm that is clipped is below 1.
TOLERANCE = 1e-5


def draw(draw: Draw) -> dict[str, Call]:
    """(values, gradients, max_norm, as a generator?): norms above and below it, one by one and all together."""
    rows, columns, depth = draw.sizes(3, 2, 5)
    shapes = ((rows, columns), (columns,), (), (depth, rows, columns))
    threshold = draw.choice([1.5, 2.0, 2.5])

    def call(
        *norms: float | None,
        max_norm: float = threshold,
        generated: bool = False,
        dtype: torch.dtype = torch.float32,
    ) -> Call:
        values = [draw.normal(*shape, dtype=dtype) for shape in shapes[: len(norms)]]
        directions = [draw.normal(*shape, dtype=dtype) for shape in shapes[: len(norms)]]
        gradients = [
            None if norm is None else direction * (norm / direction.norm())
            for norm, direction in zip(norms, directions, strict=True)
        ]
        return Call((values, gradients, max_norm, generated))

    return {
        "all_large": call(6.0, 3.0, 7.0, 20.0),
        "jointly_large": call(*(share * threshold for share in (0.8, 0.9, 0.5, 0.7))),
        "one_large": call(0.3, 30.0, 0.1, max_norm=1),
        "just_above": call(0.9 * threshold, 0.5 * threshold),
        "small": call(0.3, 0.1, 0.2, 0.4),
        "just_below": call(0.8 * threshold, 0.5 * threshold),
        "with_gaps": call(5.0, None, None, 4.0),
        "generator": call(None, 8.0, 2.0, generated=True),
        "no_parameter": call(),
        "no_gradient": call(None, None),
        "zero_gradients": call(0.0, 0.0),
        "float64": call(6.0, 3.0, 2.0, dtype=torch.float64),
    }


def pytorch(
    values: list[Tensor], gradients: Gradients, max_norm: float, generated: bool = False
) -> tuple[float, Gradients]:
    """The norm before clipping and the gradients after it."""
    parameters = [nn.Parameter(value) for value in values]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    norm = nn.utils.clip_grad_norm_(parameters, max_norm)
    return float(norm), [parameter.grad for parameter in parameters]


def clipped(trial: Trial, name: str) -> tuple[Any, list[Tensor], Gradients]:
    """Return what the student's function returned, and the parameters' values and gradients after it."""
    values, gradients, max_norm, generated = trial.calls[name].args
    held = trial.library(f"{FIXTURES}.Parameters", values, gradients)
    given = trial.library(f"{FIXTURES}.one_by_one", held) if generated else held
    returned = trial.subject.call(STUDENTS, (given, max_norm), {})
    after = trial.subject.call(held, (), {})
    pairs = [expect.items(pair, ("value", "gradient")) for pair in expect.items(after, ["parameter"] * len(values))]
    return returned, [value for value, _ in pairs], [gradient for _, gradient in pairs]


def told(trial: Trial, name: str) -> str:
    """Return a sentence about what a drawn call was."""
    _, gradients, max_norm, generated = trial.calls[name].args
    norms = ", ".join("none" if g is None else f"{float(g.norm()):.4g}" for g in gradients)
    given = f"a {'generator' if generated else 'list'} of {len(gradients)} parameters"
    return (
        f"The call was with {given}"
        + (f" (norms of their gradients: {norms})" if norms else "")
        + (f" and max_norm={max_norm}.")
    )


def clips(*names: str, hint: str = "") -> Check:
    """Every gradient is PyTorch's after clipping, and no parameter has moved."""

    def check(trial: Trial) -> None:
        for name in names:
            _, values, gradients = clipped(trial, name)
            text = f"{hint} {told(trial, name)}".strip()
            for index, expected in enumerate(trial.expected(name)[1]):
                _same_gradient(f"the gradient of parameter {index}", gradients[index], expected, text)
                before = trial.calls[name].args[0][index]
                what = f"parameter {index} itself"
                expect.close(values[index], before, what=what, hint=f"Only gradients are scaled. {text}")

    return check


def _same_gradient(what: str, found: Any, expected: Tensor | None, hint: str) -> None:
    if expected is None:
        if found is not None:
            raise Mismatch(what=what, expected="to stay None", actual=describe(found), hint=hint)
        return
    if found is None:
        raise Mismatch(what=what, expected="a tensor", actual="None", hint=hint)
    gradient = expect.tensor(found, what=what, shape=expected.shape, dtype=expected.dtype, hint=hint)
    if not _alike(gradient, expected, TOLERANCE):
        shown = [
            f"norm {float(tensor.norm()):.6g}, first entry {_first(tensor):.6g}" for tensor in (expected, gradient)
        ]
        raise Mismatch(what=what, expected=shown[0], actual=shown[1], hint=hint)


def _first(tensor: Tensor) -> float:
    return float(tensor.flatten()[0])


def _alike(found: Tensor, expected: Tensor, tolerance: float) -> bool:
    return torch.allclose(found.double(), expected.double(), rtol=tolerance, atol=tolerance * 1e-2)


def returns_the_norm(*names: str, hint: str = "") -> Check:
    """The returned number is the norm of all gradients together, before clipping."""

    def check(trial: Trial) -> None:
        for name in names:
            norm, text = trial.expected(name)[0], f"{hint} {told(trial, name)}".strip()
            expect.number(clipped(trial, name)[0], what="the returned norm", expected=norm, hint=text, rtol=TOLERANCE)

    return check


def leaves_gradients(
    version: Callable[[list[Tensor], float], list[Tensor]], names: tuple[str, ...]
) -> Callable[[Trial], bool]:
    """Whether the gradients are a wrong version's wherever that one isn't right; what is returned doesn't matter."""

    def shown(trial: Trial) -> bool:
        telling = []
        for name in names:
            _, gradients, max_norm, _ = trial.calls[name].args
            wrong, right = version(gradients, max_norm), trial.expected(name)[1]
            if not _all_alike(wrong, right):
                telling.append((name, wrong))
        return bool(telling) and all(_all_alike(clipped(trial, name)[2], wrong) for name, wrong in telling)

    return shown


def _all_alike(found: Sequence[Tensor | None], expected: Sequence[Tensor | None]) -> bool:
    pairs = zip(found, expected, strict=True)
    return all(f is not None and e is not None and f.shape == e.shape and _alike(f, e, 1e-3) for f, e in pairs)


def any_of(*predicates: Callable[[Trial], bool]) -> Callable[[Trial], bool]:
    """Whether one of the predicates holds."""
    return lambda trial: any(predicate(trial) for predicate in predicates)


def per_tensor(gradients: list[Tensor], max_norm: float) -> list[Tensor]:
    """PyTorch's clipping, one gradient at a time."""
    return [alone for g in gradients for alone in pytorch([g], [g.clone()], max_norm)[1] if alone is not None]


def each_scaled(gradients: list[Tensor], max_norm: float) -> list[Tensor]:
    """Every gradient brought to max_norm, whatever its own norm."""
    return [g * (max_norm / g.norm()) for g in gradients]


def all_scaled(gradients: list[Tensor], max_norm: float) -> list[Tensor]:
    """All gradients together brought to max_norm, whatever their norm."""
    norm = math.sqrt(sum(float(g.double().norm()) ** 2 for g in gradients))
    return [g * (max_norm / norm) for g in gradients]


def by_value(low: float | None) -> Callable[[list[Tensor], float], list[Tensor]]:
    """Every entry held below max_norm, and above a multiple of it."""
    return lambda gradients, max_norm: [
        g.clamp(min=None if low is None else low * max_norm, max=max_norm) for g in gradients
    ]


COMPONENT = Component(
    name="clip_gradients_",
    draw=draw,
    oracle=pytorch,
    returns=("the norm before clipping",),
    forbidden=FORBIDDEN,
    properties=(
        Property(
            "scales_all_gradients_by_one_factor_when_their_common_norm_is_too_large",
            2,
            clips(*LARGE, "float64", hint="All gradients together count as one long vector."),
        ),
        Property("leaves_small_gradients_as_they_are", 1, clips(*SMALL)),
        Property(
            "returns_the_norm_before_clipping",
            1,
            returns_the_norm(
                "all_large",
                "jointly_large",
                "small",
                hint="The 2-norm of all gradients' entries, before anything is scaled.",
            ),
        ),
        Property(
            "skips_parameters_without_a_gradient",
            1,
            clips("with_gaps", hint="A parameter that took no part has grad None."),
            needs=("scales_all_gradients_by_one_factor_when_their_common_norm_is_too_large",),
        ),
        Property(
            "returns_zero_when_there_is_no_gradient",
            1,
            returns_the_norm(*NOTHING, hint="Nothing to add up makes 0."),
            needs=("returns_the_norm_before_clipping",),
        ),
        Property(
            "takes_a_generator",
            1,
            clips(
                "generator",
                hint="module.parameters() is a generator: it can be gone through only once.",
            ),
            needs=("skips_parameters_without_a_gradient",),
        ),
    ),
    mistakes=(
        Mistake(
            "per-tensor",
            "Each gradient is clipped by its own norm, so their proportions change and the step points in another "
            "direction. There is one norm, of all gradients together, and one factor for all.",
            shown_by=any_of(
                leaves_gradients(per_tensor, (*LARGE, *SMALL)), leaves_gradients(each_scaled, (*LARGE, *SMALL))
            ),
        ),
        Mistake(
            "by-value",
            "Single entries are cut off at max_norm, which changes the direction. Clipping by norm scales the whole "
            "gradient: divide a gradient by its clipped version, entry by entry; the ratio must be the same "
            "everywhere.",
            shown_by=any_of(
                leaves_gradients(by_value(-1.0), (*LARGE, *SMALL)),
                leaves_gradients(by_value(None), (*LARGE, *SMALL)),
                leaves_gradients(by_value(0.0), (*LARGE, *SMALL)),
            ),
        ),
        Mistake(
            "scales-up-small",
            "Small gradients are blown up to max_norm. Clipping only ever shortens: what should the factor be when "
            "the norm is below the threshold?",
            shown_by=leaves_gradients(all_scaled, SMALL),
        ),
    ),
)
