"""The causal mask against torch.tril."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, has_the_right_form
from autograder.judging.trial import Trial


def draw(draw: Draw) -> dict[str, Call]:
    """A single position, two, two short lengths and one of hundreds."""
    short, long = sorted(draw.sizes(2, 3, 9))
    hundreds = Call((draw.size(100, 300),))
    return {"one": Call((1,)), "two": Call((2,)), "short": Call((short,)), "long": Call((long,)), "hundreds": hundreds}


def square(below: Callable[[Tensor], Tensor]) -> Callable[[int], Tensor]:
    """A part of the all-True square."""
    return lambda length: below(torch.ones(length, length, dtype=torch.bool))


def shows_float_mask(trial: Trial) -> bool:
    """Not boolean, but 1 or 0 (or additive: 0 or a very negative number) in the right places."""
    mask, right = trial.result("long"), trial.expected("long")
    if not isinstance(mask, Tensor) or mask.dtype == torch.bool or mask.shape != right.shape:
        return False
    return torch.equal(mask != 0, right) or torch.equal(mask == 0, right)


CALLS = ("long", "short", "two", "one", "hundreds")

COMPONENT = Component(
    name="causal_mask",
    draw=draw,
    oracle=square(torch.tril),
    returns=("the mask",),
    properties=(
        Property("is_a_square_boolean_tensor", 1, has_the_right_form(*CALLS)),
        Property(
            "lets_a_position_see_itself_and_the_past_only",
            2,
            agrees(*CALLS, hint="Row i is query i: True in column j where it may attend to key j."),
            needs=("is_a_square_boolean_tensor",),
        ),
    ),
    mistakes=(
        Mistake(
            "excludes-diagonal",
            "No position may attend to itself, so the first one has nothing to attend to at all. Position i sees keys "
            "0 … i, itself included.",
            (square(lambda full: full.tril(-1)),),
        ),
        Mistake(
            "upper-triangle",
            "The mask is the upper triangle: position i sees the future. Row = query, column = key, True = may attend. "
            "(nn.MultiheadAttention's mask marks what is *forbidden*, which is where this picture comes from.)",
            (square(lambda full: full.triu()), square(lambda full: full.triu(1))),
        ),
        Mistake(
            "float-mask",
            "The right places, but not as booleans: a mask in this course is a torch.bool tensor, True = may attend. "
            "Numbers would be added to the scores by some functions and multiplied by others.",
            shown_by=shows_float_mask,
        ),
    ),
)
