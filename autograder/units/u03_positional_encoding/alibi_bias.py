"""ALiBi's linear penalty on distance, entry by entry (Press et al. 2022, section 3)."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, has_the_right_form
from autograder.judging.trial import Trial

SEVERAL = ("two_heads", "four_heads", "eight_heads", "sixteen_heads")
CALLS = (*SEVERAL, "one_head", "one_query", "hundreds")


def draw(draw: Draw) -> dict[str, Call]:
    """Every power of two up to 16 heads, more keys than queries and the reverse, hundreds of queries."""
    few, many = sorted(draw.sizes(2, 5, 9))
    return {
        "two_heads": Call((2, few, many)),
        "four_heads": Call((4, many, few)),
        "eight_heads": Call((8, many, many)),
        "sixteen_heads": Call((16, few, many)),
        "one_head": Call((1, many, few)),
        "one_query": Call((4, 1, many)),
        "hundreds": Call((2, draw.size(200, 300), 2)),
    }


def entries(
    distance: Callable[[int, int], int] = lambda i, j: abs(i - j), sign: int = -1
) -> Callable[[int, int, int], Tensor]:
    """Slope times distance for each head, query and key in turn."""

    def bias(num_heads: int, query_length: int, key_length: int) -> Tensor:
        distances = [[distance(i, j) for j in range(key_length)] for i in range(query_length)]
        slopes = [2.0 ** (-8 * head / num_heads) for head in range(1, num_heads + 1)]
        return torch.stack([sign * slope * torch.tensor(distances, dtype=torch.float32) for slope in slopes])

    return bias


def shows_wrong_slopes(trial: Trial) -> bool:
    """Every head's bias is minus a slope of its own times the distance, and the slopes are not those of the paper."""
    answers = [(trial.result(name), trial.calls[name].args, trial.expected(name)) for name in SEVERAL]
    penalties = all(_is_a_penalty(bias, *args) for bias, args, _ in answers)
    return penalties and not all(torch.allclose(bias.float(), right, atol=1e-4) for bias, _, right in answers)


def _is_a_penalty(bias: Tensor, heads: int, t_q: int, t_k: int) -> bool:
    if tuple(bias.shape) != (heads, t_q, t_k):
        return False
    distances = (torch.arange(t_q)[:, None] - torch.arange(t_k)).abs()
    slopes = -bias[:, 0, 1]
    penalty = -slopes[:, None, None] * distances
    return (
        bool((slopes >= 0).all())
        and bool(slopes.any())
        and torch.allclose(bias, penalty.to(bias.dtype), rtol=1e-4, atol=1e-6)
    )


COMPONENT = Component(
    name="alibi_bias",
    draw=draw,
    oracle=entries(),
    returns=("the bias",),
    properties=(
        Property(
            "has_a_bias_for_every_head_query_and_key",
            1,
            has_the_right_form(*CALLS, hint="It is added to scores (B, H, T_q, T_k)."),
        ),
        Property(
            "grows_more_negative_with_the_distance",
            2,
            agrees(*CALLS, hint="Entry [h − 1, i, j] is −2^(−8h/H)·|i − j|, with h = 1 … H, and i and j from 0."),
            needs=("has_a_bias_for_every_head_query_and_key",),
        ),
    ),
    mistakes=(
        Mistake(
            "positive-slope",
            "Distant keys get a bonus instead of a penalty. Add your bias to scores that are all 0 and take the "
            "softmax: the query itself should get the largest weight.",
            (entries(sign=1),),
        ),
        Mistake(
            "wrong-slopes",
            "The bias falls linearly with the distance, but at other rates than the paper's. Print the slope of each "
            "head for H = 8: they are 1/2, 1/4, ..., 1/256; and for H = 16 they begin with 1/√2. Does h start at 1?",
            shown_by=shows_wrong_slopes,
        ),
        Mistake(
            "signed-distance",
            "The distance has a sign, so keys on one side of the query are rewarded for being far away. Print one "
            "head's row for a query in the middle: it should be highest there and fall to both sides.",
            (entries(distance=lambda i, j: i - j), entries(distance=lambda i, j: j - i)),
        ),
    ),
)
