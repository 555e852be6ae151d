"""Merging heads against their concatenation, head by head."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone


def draw(draw: Draw) -> dict[str, Call]:
    """Batch, heads, length and head width all different; one head; one token of one sequence; float64."""
    batch, heads, length, width = draw.sizes(4, 2, 6)
    return {
        "several": Call((draw.normal(batch, heads, length, width),)),
        "other": Call((draw.normal(batch, width, length, heads),)),
        "one_head": Call((draw.normal(batch, 1, length, width),)),
        "one_token": Call((draw.normal(1, heads, 1, width),)),
        "float64": Call((draw.normal(batch, heads, length, width, dtype=torch.float64),)),
    }


def concatenated(x: Tensor) -> Tensor:
    """All heads of a position one after the other."""
    return torch.cat(x.unbind(1), dim=-1)


def in_order(*axes: int) -> Callable[[Tensor], Tensor]:
    """The axes (B, H, T, D_h) put in another order and read as (B, T, D)."""

    def wrong(x: Tensor) -> Tensor:
        batch, heads, length, width = x.shape
        return x.permute(axes).reshape(batch, length, heads * width)

    return wrong


CALLS = ("several", "other", "one_head", "one_token")

COMPONENT = Component(
    name="merge_heads",
    draw=draw,
    oracle=concatenated,
    returns=("the merged features",),
    properties=(
        Property(
            "has_shape_batch_time_features",
            1,
            has_the_right_form(*CALLS, "float64", hint="(B, H, T, D_h) becomes (B, T, H·D_h)."),
        ),
        Property(
            "puts_the_heads_of_a_position_side_by_side",
            2,
            agrees(*CALLS, "float64", hint="Position t of the result is the heads' rows t, concatenated."),
            needs=("has_shape_batch_time_features",),
        ),
        Property(
            "passes_gradients_back_and_leaves_its_input_alone",
            1,
            every(gradients_agree("several"), leaves_its_inputs_alone("several")),
            needs=("puts_the_heads_of_a_position_side_by_side",),
        ),
    ),
    mistakes=(
        Mistake(
            "view-without-transpose",
            "The heads are read in memory order, so a position gets pieces of several positions. The head axis must "
            "stand next to the feature axis before the two can become one.",
            (
                in_order(0, 1, 2, 3),
                lambda x: x.flatten(2),
                lambda x: x.flatten(1, 2),
                lambda x: x.transpose(1, 2),
            ),
        ),
        Mistake(
            "head-dim-swapped",
            "The features of different heads are interleaved: the head axis varies fastest. split_heads gave each "
            "head a slice of neighbouring features; put each slice back in one piece.",
            (in_order(0, 2, 3, 1), in_order(0, 3, 2, 1), in_order(0, 3, 1, 2)),
        ),
    ),
)
