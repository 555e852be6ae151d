"""Clipped relative positions against a loop (Shaw et al. 2018, section 3.2)."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, has_the_right_form

CALLS = ("square", "wide", "tall", "nothing_to_clip", "one_query", "one_key", "neighbours_only", "many_queries")


def draw(draw: Draw) -> dict[str, Call]:
    """More keys than queries and the reverse, a maximum that clips and one that doesn't, and hundreds of positions."""
    few, many = sorted(draw.sizes(2, 5, 9))
    most = draw.size(2, 3)
    return {
        "square": Call((many, many, most)),
        "wide": Call((few, many, most)),
        "tall": Call((many, few, most)),
        "nothing_to_clip": Call((few, many, draw.size(10, 20))),
        "one_query": Call((1, many, most)),
        "one_key": Call((many, 1, most)),
        "neighbours_only": Call((many, few, 1)),
        "many_queries": Call((draw.size(200, 300), few, draw.size(30, 60))),
    }


def loop(
    clipped: Callable[[int, int], int] = lambda distance, most: max(-most, min(most, distance)),
    sign: int = 1,
    offset: int = 1,
) -> Callable[[int, int, int], Tensor]:
    """Every pair of a query i and a key j, one at a time."""

    def indices(query_length: int, key_length: int, max_distance: int) -> Tensor:
        return torch.tensor(
            [
                [clipped(sign * (j - i), max_distance) + offset * max_distance for j in range(key_length)]
                for i in range(query_length)
            ]
        )

    return indices


COMPONENT = Component(
    name="relative_position_index",
    draw=draw,
    oracle=loop(),
    returns=("the index",),
    properties=(
        Property(
            "has_an_integer_for_every_query_and_key",
            1,
            has_the_right_form(*CALLS, hint="Rows are queries, columns are keys, the dtype is torch.int64."),
        ),
        Property(
            "counts_from_the_query_to_the_key",
            2,
            agrees(*CALLS, hint="clip(j − i, ±max_distance) + max_distance, with i and j counted from 0."),
            needs=("has_an_integer_for_every_query_and_key",),
        ),
    ),
    mistakes=(
        Mistake(
            "sign-flipped",
            "The distance is counted from the key to the query. A key one step to the *right* of the query has "
            "distance +1: read your row for query 0 from left to right; it should not fall.",
            (loop(sign=-1),),
        ),
        Mistake(
            "not-clipped",
            "Distances beyond max_distance are not (all) clipped, so they would point outside a table of "
            "2·max_distance + 1 rows. Print the smallest and the largest entry for a long sequence.",
            (
                loop(clipped=lambda distance, most: distance),
                loop(clipped=lambda distance, most: min(most, distance)),
                loop(clipped=lambda distance, most: max(-most, distance)),
            ),
        ),
        Mistake(
            "no-offset",
            "There are negative entries. They will be used as rows of a table, and rows are counted from 0 (a negative "
            "index would silently mean 'from the end'): which row belongs to distance −max_distance?",
            (loop(offset=0),),
        ),
    ),
)
