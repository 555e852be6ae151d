"""The conjunction of masks against NumPy's."""

import functools
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch, describe
from autograder.judging.properties import agrees, leaves_its_inputs_alone
from autograder.judging.subject import StudentError
from autograder.judging.trial import Trial

ALL_MASKS = ("one", "two", "three", "three_of_one_shape")
WITH_NONE = ("none_first", "none_between", "none_last")


def draw(draw: Draw) -> dict[str, Call]:
    """Masks of ranks 2 and 4 that broadcast, with None at every place."""
    batch, t_q, t_k = draw.sizes(3, 3, 7)
    square, padding = draw.mask(t_q, t_k), draw.mask(batch, 1, 1, t_k)
    full = draw.mask(batch, 1, t_q, t_k)
    return {
        "one": Call((square,)),
        "two": Call((square, padding)),
        "three": Call((padding, square, full)),
        "three_of_one_shape": Call(tuple(draw.mask(t_q, t_k) for _ in range(3))),
        "none_first": Call((None, padding, square)),
        "none_between": Call((square, None, padding)),
        "none_last": Call((padding, square, None)),
        "only_none": Call((None, None)),
        "nothing": Call(()),
    }


def conjunction(*masks: Tensor | None) -> Tensor | None:
    """NumPy's logical and of the masks that are there."""
    return reduced(np.logical_and, masks)


def reduced(operation: Any, masks: tuple[Tensor | None, ...]) -> Tensor | None:
    """A NumPy operation over the masks that are there, or None."""
    there = [mask.numpy() for mask in masks if mask is not None]
    return torch.from_numpy(np.array(functools.reduce(operation, there))) if there else None


def is_none_when_nothing_is_left(trial: Trial) -> None:
    """No mask at all, and masks that are all None, give None."""
    for name in ("only_none", "nothing"):
        value = trial.result(name)
        if value is not None:
            raise Mismatch(
                what=trial.describe(name),
                expected="None",
                actual=describe(value),
                hint="None stands for 'no restriction'.",
            )


def shows_none_crashes(trial: Trial) -> bool:
    """Right without None; with one among the masks, or nothing else, it raises."""
    agrees("two", "three")(trial)
    return raises(trial, "only_none") or all(raises(trial, name) for name in WITH_NONE)


def raises(trial: Trial, name: str) -> bool:
    """Whether a drawn call raises."""
    try:
        trial.result(name)
    except StudentError:
        return True
    return False


COMPONENT = Component(
    name="combine_masks",
    draw=draw,
    oracle=conjunction,
    returns=("the mask",),
    properties=(
        Property(
            "is_true_where_every_mask_is",
            2,
            agrees(*ALL_MASKS, hint="A query may attend to a key only if *every* mask allows it."),
        ),
        Property("ignores_none", 1, agrees(*WITH_NONE), needs=("is_true_where_every_mask_is",)),
        Property("is_none_when_nothing_is_left", 1, is_none_when_nothing_is_left),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("three_of_one_shape", "three"),
            needs=("is_true_where_every_mask_is",),
        ),
    ),
    mistakes=(
        Mistake(
            "uses-or",
            "Where any mask allows attention, the result does. Combine a causal and a padding mask by hand for three "
            "tokens: a padded key in the past must stay forbidden.",
            (lambda *masks: reduced(np.logical_or, masks),),
            calls=(*ALL_MASKS, *WITH_NONE),
        ),
        Mistake(
            "none-crashes",
            "It fails when one of the masks, or every one of them, is None. Callers pass None for 'no restriction', so "
            "leave those out before combining the rest, and return None if nothing is left to combine.",
            shown_by=shows_none_crashes,
        ),
        Mistake(
            "last-wins",
            "Only the last mask counts; the others are lost. Follow the variable that is returned through your loop.",
            (
                lambda *masks: masks[-1],
                lambda *masks: [mask for mask in masks if mask is not None][-1],
            ),
            calls=("two", "three", "three_of_one_shape"),
        ),
    ),
)
