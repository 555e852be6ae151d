"""Softmax under a mask against a loop over rows in float64."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import (
    agrees,
    gradients_agree,
    has_the_right_form,
    leaves_its_inputs_alone,
)
from autograder.judging.trial import Trial
from autograder.units.u02_seq2seq_attention.truth import shares

UNMASKED = ("plain", "matrix")
MASKED = ("masked", "masked_matrix", "one_mask_for_all", "padding", "whole_rows")
OTHER_AXES = ("over_the_middle", "over_the_first", "over_the_last_but_one", "over_the_middle_masked")


def draw(draw: Draw) -> dict[str, Call]:
    """Scores of rank 2 and 3, masks of every shape that broadcasts to them, every axis, empty rows, large scores."""
    batch, t_q, t_k = draw.sizes(3, 3, 7)

    def scores(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
        return draw.normal(*shape, dtype=dtype, scale=2.0)

    full = (batch, t_q, t_k)
    middle = draw.mask(batch, t_k, t_q).mT.contiguous()
    whole_rows = draw.mask(batch, t_q)[:, :, None]
    return {
        "plain": Call((scores(*full), None)),
        "matrix": Call((scores(t_q, t_k), None)),
        "masked": Call((scores(*full), draw.mask(*full))),
        "masked_matrix": Call((scores(t_q, t_k), draw.mask(t_q, t_k))),
        "one_mask_for_all": Call((scores(*full), draw.mask(t_q, t_k))),
        "padding": Call((scores(*full), draw.mask(batch, 1, t_k))),
        "whole_rows": Call((scores(*full), whole_rows)),
        "over_the_middle": Call((scores(*full), None), {"dim": 1}),
        "over_the_first": Call((scores(*full), None), {"dim": 0}),
        "over_the_last_but_one": Call((scores(*full), None), {"dim": -2}),
        "over_the_middle_masked": Call((scores(*full), middle), {"dim": 1}),
        "empty_row": Call((scores(*full), draw.mask(*full, empty_row=True))),
        "empty_row_64": Call((scores(*full, dtype=torch.float64), draw.mask(*full, empty_row=True))),
        "empty_row_over_the_middle": Call(
            (scores(*full), draw.mask(batch, t_k, t_q, empty_row=True).mT.contiguous(), 1)
        ),
        "all_empty": Call((scores(t_q, t_k), torch.zeros(t_q, t_k, dtype=torch.bool))),
        "large": Call((large(draw, t_q, t_k), None)),
        "large_masked": Call((large(draw, t_q, t_k), hides_the_largest(draw, t_q, t_k))),
        "float64": Call((scores(*full, dtype=torch.float64), None)),
        "float64_masked": Call((scores(*full, dtype=torch.float64), draw.mask(*full))),
    }


def large(draw: Draw, t_q: int, t_k: int) -> Tensor:
    """Scores between -1e4 and 1e4, both in the first row, next to moderate ones."""
    scores = draw.normal(t_q, t_k, dtype=torch.float64) + 1e4 * (draw.ids(t_q, t_k, low=-1, high=2))
    scores[0, 0], scores[0, 1] = 1e4, -1e4
    return scores


def hides_the_largest(draw: Draw, t_q: int, t_k: int) -> Tensor:
    """A mask that leaves of the first row only its lowest score, 2e4 below the highest."""
    mask = draw.mask(t_q, t_k)
    mask[0] = torch.arange(t_k) == 1
    return mask


def over(axis: int | None) -> Callable[..., Tensor]:
    """The softmax over a fixed axis, whatever was asked for, or over everything."""

    def wrong(scores: Tensor, mask: Tensor | None, dim: int = -1) -> Tensor:
        if axis is None:
            return shares(scores.flatten(), None if mask is None else mask.expand(scores.shape).flatten()).view_as(
                scores
            )
        return shares(scores, mask, axis)

    return wrong


def filled_with_zero(scores: Tensor, mask: Tensor, dim: int = -1) -> Tensor:
    """Masked scores set to zero, which is a score like any other."""
    return shares(scores * mask, None, dim)


def shows_nan_rows(trial: Trial) -> bool:
    """The empty rows are NaN and all others right."""
    found, right = trial.result("empty_row"), trial.expected("empty_row")
    empty = ~trial.calls["empty_row"].args[1].any(-1)
    return bool(found[empty].isnan().all()) and torch.allclose(found[~empty], right[~empty], atol=1e-4)


def shows_overflow(trial: Trial) -> bool:
    """Right for small scores; for large ones there are rows of NaN or infinity, or rows that don't sum to one."""
    agrees(*UNMASKED, *MASKED[:4])(trial)
    sums = [trial.result(name).sum(-1) for name in ("large", "large_masked")]
    return not all(torch.allclose(total, torch.ones_like(total), atol=1e-3) for total in sums)


COMPONENT = Component(
    name="masked_softmax",
    draw=draw,
    oracle=shares,
    returns=("the weights",),
    properties=(
        Property("has_the_shape_and_dtype_of_the_scores", 1, has_the_right_form(*UNMASKED, *MASKED, *OTHER_AXES)),
        Property(
            "is_the_softmax_where_nothing_is_masked",
            1,
            agrees(*UNMASKED, hint="With mask=None this is the ordinary softmax."),
            needs=("has_the_shape_and_dtype_of_the_scores",),
        ),
        Property(
            "shares_everything_among_the_allowed",
            2,
            agrees(*MASKED, hint="True in the mask means: may attend. Each row's weights still sum to 1."),
            needs=("is_the_softmax_where_nothing_is_masked",),
        ),
        Property(
            "works_along_any_axis",
            1,
            agrees(*OTHER_AXES, hint="dim is the axis along which the weights sum to 1."),
            needs=("shares_everything_among_the_allowed",),
        ),
        Property(
            "gives_zeros_where_nothing_is_allowed",
            1,
            agrees(
                "empty_row",
                "empty_row_64",
                "empty_row_over_the_middle",
                "all_empty",
                hint="Where the mask is False along the whole axis, all weights are 0.",
            ),
            needs=("shares_everything_among_the_allowed",),
        ),
        Property(
            "stays_exact_for_large_scores",
            1,
            agrees("large", "large_masked", hint="Scores may be ±1e4, and a hidden one may be the largest."),
            needs=("shares_everything_among_the_allowed",),
        ),
        Property(
            "keeps_the_precision_of_float64",
            1,
            agrees("float64", "float64_masked"),
            needs=("shares_everything_among_the_allowed",),
        ),
        Property(
            "has_the_right_gradients_without_nan",
            1,
            gradients_agree("masked", "empty_row"),
            needs=("gives_zeros_where_nothing_is_allowed",),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("plain", "masked", "padding", "empty_row"),
            needs=("has_the_shape_and_dtype_of_the_scores",),
        ),
    ),
    mistakes=(
        Mistake(
            "mask-inverted",
            "The mask is read the wrong way round: True means *may attend*. Mask a single entry and look at which "
            "weight becomes 0.",
            (lambda scores, mask, dim=-1: shares(scores, ~mask, dim),),
            calls=MASKED[:4],
        ),
        Mistake(
            "masked-after-softmax",
            "The mask is applied after the softmax, when what is masked has already taken its share: the weights that "
            "are left no longer sum to one. What must a score be, so that its exponential is 0?",
            (lambda scores, mask, dim=-1: shares(scores, None, dim) * mask,),
            calls=MASKED,
        ),
        Mistake(
            "masked-with-zero",
            "Masked scores are set to 0, and 0 is a score like any other: its exponential is 1. Mask out everything "
            "but one entry; that one's weight should be 1.",
            (filled_with_zero,),
            calls=MASKED,
        ),
        Mistake(
            "wrong-axis",
            "The weights sum to one along another axis than dim. Print weights.sum(dim) for a tensor with three "
            "different sizes and for each of its axes.",
            (over(-1), over(0), over(1), over(-2), over(None)),
            calls=(*UNMASKED, *OTHER_AXES[:3]),
        ),
        Mistake(
            "nan-row",
            "A row in which everything is masked gets NaN: its softmax divides 0 by 0. Such rows occur; their weights "
            "must be 0, and no NaN may come back through the gradient.",
            shown_by=shows_nan_rows,
        ),
        Mistake(
            "overflow",
            "Large scores leave the range of the exponential: exp(1e4) is infinite, and beside a score that is 2e4 "
            "higher, exp gives 0. A softmax doesn't change when the same number is subtracted from all scores: which "
            "number keeps every exponential finite and one of the *allowed* ones at 1?",
            shown_by=shows_overflow,
        ),
    ),
)
