"""Splitting features into heads against slices taken head by head."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import (
    agrees,
    every,
    gradients_agree,
    has_the_right_form,
    leaves_its_inputs_alone,
    refuses,
)


def draw(draw: Draw) -> dict[str, Call]:
    """Sizes that are all different; one head, an even and an odd number of heads, one that does not divide."""
    batch, length, heads, width = draw.sizes(4, 2, 6)
    x = draw.normal(batch, length, heads * width)
    return {
        "several": Call((x, heads)),
        "other": Call((draw.normal(batch, length, heads * width), width)),
        "one_more_head": Call((draw.normal(batch, length, (heads + 1) * width), heads + 1)),
        "one_head": Call((x, 1)),
        "as_many_as_features": Call((x, heads * width)),
        "float64": Call((x.double(), heads)),
        "indivisible": Call((draw.normal(batch, length, heads * width + 1), heads)),
    }


def slices(x: Tensor, num_heads: int) -> Tensor:
    """Head h takes the h-th of num_heads equal slices of the features."""
    return torch.stack(torch.chunk(x, num_heads, dim=-1), dim=1)


def read_as(order: Callable[[int, int, int, int], tuple[int, ...]], *axes: int) -> Callable[[Tensor, int], Tensor]:
    """The numbers read in another shape, given (B, T, H, D_h), with the axes then put in another order."""

    def wrong(x: Tensor, num_heads: int) -> Tensor:
        batch, length, features = x.shape
        read = x.reshape(order(batch, length, num_heads, features // num_heads))
        return read.permute(axes) if axes else read

    return wrong


CALLS = ("several", "other", "one_more_head", "one_head", "as_many_as_features")

COMPONENT = Component(
    name="split_heads",
    draw=draw,
    oracle=slices,
    returns=("the heads",),
    properties=(
        Property(
            "has_shape_batch_heads_time_head_width",
            1,
            has_the_right_form(*CALLS, "float64", hint="(B, T, D) becomes (B, H, T, D/H)."),
        ),
        Property(
            "gives_each_head_its_own_slice_of_every_position",
            2,
            agrees(*CALLS, "float64", hint="Head h of position t is x[:, t, h·D/H : (h+1)·D/H]."),
            needs=("has_shape_batch_heads_time_head_width",),
        ),
        Property("refuses_a_head_count_that_does_not_divide", 1, refuses("indivisible")),
        Property(
            "passes_gradients_back_and_leaves_its_input_alone",
            1,
            every(gradients_agree("several"), leaves_its_inputs_alone("several")),
            needs=("gives_each_head_its_own_slice_of_every_position",),
        ),
    ),
    mistakes=(
        Mistake(
            "view-without-transpose",
            "The numbers are cut in memory order, so a head gets pieces of several positions (or the axes of time and "
            "heads are left in the wrong order). First split the *last* axis in two, then move the new head axis in "
            "front of time. Try x = torch.arange(24).view(1, 3, 8) with 2 heads and read head 0.",
            (read_as(lambda b, t, h, d: (b, h, t, d)), read_as(lambda b, t, h, d: (b, t, h, d))),
        ),
        Mistake(
            "head-dim-swapped",
            "The number of heads and the width of a head have changed places: a head gets every H-th feature, or "
            "there are D/H heads. The features of one head are neighbours: which of the two new axes varies slowest?",
            (
                read_as(lambda b, t, h, d: (b, t, d, h), 0, 3, 1, 2),
                read_as(lambda b, t, h, d: (b, t, d, h), 0, 2, 1, 3),
                read_as(lambda b, t, h, d: (b, t, h, d), 0, 3, 1, 2),
                read_as(lambda b, t, h, d: (b, t, h, d), 0, 2, 3, 1),
                read_as(lambda b, t, h, d: (b, d, t, h)),
                read_as(lambda b, t, h, d: (b, t, d, h)),
            ),
        ),
    ),
)
