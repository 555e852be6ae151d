"""Softmax against torch.softmax."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch, agree
from autograder.judging.properties import (
    agrees,
    every,
    gradients_agree,
    has_the_right_form,
    leaves_its_inputs_alone,
)
from autograder.judging.trial import Trial

UNNAMED_AXIS = ("last_axis", "one_axis_only")
LAST = (*UNNAMED_AXIS, "one_entry")
OTHERS = ("first_axis", "middle_axis", "last_axis_by_number", "middle_from_the_end", "first_from_the_end", "columns")
SQUARE = ("square_rows", "square_columns")
ORDINARY = (*LAST, *OTHERS, *SQUARE)
LARGE = ("large", "very_large", "very_large_columns")


def draw(draw: Draw) -> dict[str, Call]:
    """Every axis by both of its numbers; square arrays; logits that overflow, and that underflow a whole row."""
    first, middle, last = draw.sizes(3, 3, 6)
    side = draw.size(3, 5)

    def x(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
        return draw.normal(*shape, dtype=dtype, scale=1.5)

    return {
        "last_axis": Call((x(first, middle, last),)),
        "one_axis_only": Call((x(last),)),
        "one_entry": Call((x(first, 1),)),
        "first_axis": Call((x(first, middle, last), 0)),
        "middle_axis": Call((x(first, middle, last), 1)),
        "last_axis_by_number": Call((x(first, middle, last), 2)),
        "middle_from_the_end": Call((x(first, middle, last),), {"dim": -2}),
        "first_from_the_end": Call((x(first, middle, last), -3)),
        "columns": Call((x(first, last),), {"dim": 0}),
        "square_rows": Call((x(side, side), 1)),
        "square_columns": Call((x(side, side), 0)),
        "large": Call((extreme(draw, 200, last, torch.float32),)),
        "very_large": Call((extreme(draw, 10_000, last, torch.float64),)),
        "very_large_columns": Call((extreme(draw, 10_000, last, torch.float64).mT.contiguous(), 0)),
        "float64": Call((x(first, middle, last, dtype=torch.float64), 1)),
    }


def extreme(draw: Draw, size: int, length: int, dtype: torch.dtype) -> Tensor:
    """Rows around +size, around -size, spread between the two, and of the two mixed."""
    near = draw.normal(2, length, dtype=dtype) + torch.tensor([[size - 5.0], [5.0 - size]], dtype=dtype)
    spread = torch.linspace(-size, size, length, dtype=dtype)[draw.permutation(length)]
    mixed = torch.where(torch.arange(length) % 2 == 0, size, -size).to(dtype)
    return torch.cat([near, spread[None], mixed[None]])


def along(axis: int) -> Callable[..., Tensor]:
    """PyTorch's softmax along a fixed axis, whatever axis is asked for."""
    return lambda x, dim=-1: torch.softmax(x, axis)


def maximum_along(axis: int) -> Callable[..., Tensor]:
    """The maximum along a fixed axis is subtracted, and only the total is taken along the axis asked for."""
    return lambda x, dim=-1: torch.softmax(x - x.amax(axis, keepdim=True), dim)


def total_along(axis: int) -> Callable[..., Tensor]:
    """The maximum is taken along the axis asked for, and only the total along a fixed one."""

    def wrong(x: Tensor, dim: int = -1) -> Tensor:
        powers = torch.exp(x - x.amax(dim, keepdim=True))
        return powers / powers.sum(axis, keepdim=True)

    return wrong


def without_keepdim(shift: Callable[[Tensor, int], Tensor]) -> Callable[..., Tensor]:
    """Totals that lost their axis, so that they meet another axis of a square array."""

    def wrong(x: Tensor, dim: int = -1) -> Tensor:
        powers = torch.exp(x - shift(x, dim))
        return powers / powers.sum(dim)

    return wrong


def sums_to_one(*names: str) -> Callable[[Trial], None]:
    """Along the axis asked for, the shares are positive and sum to one."""

    def check(trial: Trial) -> None:
        for name in names:
            found, call = trial.result(name), trial.calls[name]
            dim = call.args[1] if len(call.args) > 1 else call.kwargs.get("dim", -1)
            totals = found.sum(dim)
            wrong = ~agree(totals, torch.ones_like(totals))
            if bool(wrong.any()) or bool((found < 0).any()):
                raise Mismatch(
                    what=f"the sum along axis {dim}",
                    expected="1, of numbers that are not negative",
                    actual=f"{float(totals[wrong][0]):.6g}" if bool(wrong.any()) else "negative numbers among them",
                    hint=f"The call was {trial.describe(name)}.",
                )

    return check


def shows_overflow(trial: Trial) -> bool:
    """Right for small numbers, lost where a row holds large positive ones.

    A row of small numbers alone is lost in another way: the largest number of all rows was subtracted from it.
    """
    every(agrees(*ORDINARY), agrees("float64"))(trial)
    return any(_loses_large_rows(trial, name) for name in ("large", "very_large"))


def _loses_large_rows(trial: Trial, name: str) -> bool:
    has_large = (trial.calls[name].args[0] > 0).any(-1)
    totals = trial.result(name).sum(-1)[has_large]
    return not bool(agree(totals, torch.ones_like(totals)).all())


def shows_unnormalised(trial: Trial) -> bool:
    """No entry is negative and larger numbers have larger ones, but they don't sum to one."""
    return all(_is_ordered(trial, name) for name in UNNAMED_AXIS) and not any(
        _sums(trial, name) for name in UNNAMED_AXIS
    )


def _is_ordered(trial: Trial, name: str) -> bool:
    x, result = trial.calls[name].args[0], trial.result(name)
    ordered = result.gather(-1, x.argsort(-1)).diff(dim=-1) > 0
    return bool((result >= 0).all()) and bool(ordered.all())


def _sums(trial: Trial, name: str) -> bool:
    totals = trial.result(name).sum(-1)
    return bool(agree(totals, torch.ones_like(totals)).all())


COMPONENT = Component(
    name="softmax",
    draw=draw,
    oracle=lambda x, dim=-1: torch.softmax(x, dim),
    returns=("the shares",),
    forbidden=(
        "torch.softmax",
        "torch.log_softmax",
        "torch._*softmax*",
        "torch._C._special.*softmax*",
        "torch.nn.functional.*softm*",
        "torch.nn.Softm*",
        "torch.nn.*LogSoftmax*",
    ),
    properties=(
        Property("has_the_shape_and_dtype_of_its_input", 1, has_the_right_form(*ORDINARY)),
        Property(
            "shares_out_one_along_the_last_axis",
            1,
            every(sums_to_one(*LAST), agrees(*LAST)),
            needs=("has_the_shape_and_dtype_of_its_input",),
        ),
        Property(
            "shares_out_one_along_any_axis",
            1,
            every(sums_to_one(*OTHERS, *SQUARE), agrees(*OTHERS, *SQUARE)),
            needs=("shares_out_one_along_the_last_axis",),
        ),
        Property(
            "is_right_for_numbers_as_large_as_ten_thousand",
            3,
            agrees(
                *LARGE,
                hint="exp(x) is infinite above 88.7 in float32 and above 709 in float64, and 0 far below 0; inf/inf "
                "and 0/0 are NaN. What is subtracted must suit each group that shares one total, not only the largest.",
            ),
            needs=("shares_out_one_along_the_last_axis",),
        ),
        Property(
            "keeps_the_precision_of_float64",
            1,
            agrees("float64", hint="Compute in the dtype of the input: look for .float() and for new tensors."),
            needs=("shares_out_one_along_any_axis",),
        ),
        Property(
            "leaves_its_input_alone_and_has_the_gradients_of_pytorch",
            1,
            every(leaves_its_inputs_alone("last_axis", "columns"), gradients_agree("last_axis", "columns")),
            needs=("shares_out_one_along_any_axis",),
        ),
    ),
    mistakes=(
        Mistake(
            "wrong-axis",
            "Another axis than the one asked for has a part in this. Print softmax(x, dim).sum(dim) for a (2, 3) array "
            "and both axes: every entry should be 1, and no row should matter to another. (A maximum or a total that "
            "loses its axis meets another one afterwards: what shape do yours have?)",
            (
                along(-1),
                along(0),
                along(1),
                along(-2),
                lambda x, dim=-1: torch.softmax(x, -1 - dim),
                lambda x, dim=-1: torch.softmax(x, x.dim() - 1 - dim % x.dim()),
                lambda x, dim=-1: torch.softmax(x, abs(dim)),
                lambda x, dim=-1: torch.softmax(x.flatten(), 0).view_as(x),
                *(wrong(axis) for wrong in (maximum_along, total_along) for axis in (-1, 0, 1, -2)),
                without_keepdim(lambda x, dim: x.amax()),
                without_keepdim(lambda x, dim: x.amax(dim, keepdim=True)),
                without_keepdim(lambda x, dim: x.amax(dim)),
            ),
            calls=ORDINARY,
        ),
        Mistake(
            "overflow",
            "Right for small numbers, wrong for large ones: exp(1000) is infinite, exp(−1000) is 0, and inf/inf and "
            "0/0 are NaN. The shares don't change when the same number is subtracted from all entries that share: "
            "which number keeps every exponential finite, and not all of them 0, in every row?",
            shown_by=shows_overflow,
        ),
        Mistake(
            "not-normalised",
            "The numbers that come out aren't negative and in the right order, but they don't sum to one: divide by "
            "their total. Print softmax(x).sum(-1).",
            shown_by=shows_unnormalised,
        ),
    ),
)
