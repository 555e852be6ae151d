"""The local mask against a loop over pairs of positions."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, has_the_right_form


def draw(draw: Draw) -> dict[str, Call]:
    """Narrow and wide windows, none at all, and one that covers everything."""
    length = draw.size(6, 10)
    return {
        "narrow": Call((length, 1)),
        "wide": Call((length, draw.size(2, 3))),
        "itself": Call((length, 0)),
        "everything": Call((draw.size(2, 4), 9)),
        "many": Call((draw.size(40, 60), draw.size(4, 12))),
    }


def pairs(allowed: Callable[[int, int], bool]) -> Callable[[int, int], Tensor]:
    """True where ``allowed(i − j, window)``, pair by pair."""

    def loop(length: int, window: int) -> Tensor:
        positions = range(length)
        return torch.tensor([[allowed(i - j, window) for j in positions] for i in positions])

    return loop


CALLS = ("narrow", "wide", "itself", "everything", "many")

COMPONENT = Component(
    name="local_mask",
    draw=draw,
    oracle=pairs(lambda distance, window: abs(distance) <= window),
    returns=("the mask",),
    properties=(
        Property("is_a_square_boolean_tensor", 1, has_the_right_form(*CALLS)),
        Property(
            "lets_a_position_see_its_neighbours_on_both_sides",
            2,
            agrees(*CALLS, hint="True where |i − j| ≤ window."),
            needs=("is_a_square_boolean_tensor",),
        ),
    ),
    mistakes=(
        Mistake(
            "off-by-one",
            "The window is one too narrow or one too wide. With window = 1 a position sees itself and one neighbour "
            "on each side: three keys in the middle of the sequence.",
            (
                pairs(lambda distance, window: abs(distance) < window),
                pairs(lambda distance, window: abs(distance) <= window + 1),
                pairs(lambda distance, window: -window <= distance < window),
                pairs(lambda distance, window: -window < distance <= window),
            ),
            calls=("narrow", "wide", "many"),
        ),
        Mistake(
            "causal-instead",
            "Only one side is visible. This mask is local, not causal: neighbours before and after both count.",
            (
                pairs(lambda distance, window: 0 <= distance <= window),
                pairs(lambda distance, window: 0 <= distance < window),
                pairs(lambda distance, window: 0 <= -distance <= window),
                pairs(lambda distance, window: distance <= window),
                pairs(lambda distance, window: -distance <= window),
                pairs(lambda distance, window: distance >= 0),
            ),
            calls=("narrow", "wide", "many"),
        ),
    ),
)
