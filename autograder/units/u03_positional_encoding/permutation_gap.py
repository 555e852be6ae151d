"""How much a layer depends on the order of its inputs, measured on one that does and one that doesn't."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.inprocess import library_object
from autograder.judging.properties import Check, every, leaves_its_inputs_alone
from autograder.judging.subject import Library
from autograder.judging.trial import Trial

RECURRENCE = Library("autograder.judging.layers.recurrence")
ATTENTION = Library("autograder.judging.layers.attention")
ORDERED = ("recurrence", "the_other_way_round", "more_sequences_than_steps", "as_many_sequences_as_steps")
UNORDERED = ("attention", "attention_64")
TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-11}


def draw(draw: Draw) -> dict[str, Call]:
    """Permutations that are not their own inverse; the largest difference once in the first sequence, once in the last.

    The recurrence is odd, so with -x every difference has the opposite sign.
    """
    batch, length, features = draw.sizes(3, 3, 6)
    few, many = sorted(draw.sizes(2, 3, 7))

    def call(layer: Library, b: int, t: int, dtype: torch.dtype = torch.float32) -> Call:
        return Call((layer, draw.normal(b, t, features, dtype=dtype), not_its_own_inverse(draw, t)))

    x, order = draw.normal(batch, length, features), not_its_own_inverse(draw, length)
    x[1:] *= 0.01
    return {
        "recurrence": Call((RECURRENCE, x, order)),
        "the_other_way_round": Call((RECURRENCE, -x.flip(0), order)),
        "more_sequences_than_steps": call(RECURRENCE, many, few),
        "as_many_sequences_as_steps": call(RECURRENCE, few, few),
        "attention": call(ATTENTION, batch, length),
        "attention_64": call(ATTENTION, batch, length, torch.float64),
        "single_step": Call((RECURRENCE, draw.normal(batch, 1, features), torch.tensor([0]))),
    }


def not_its_own_inverse(draw: Draw, count: int) -> Tensor:
    """A permutation that, done twice, is not the identity (count ≥ 3)."""
    while True:
        order = draw.permutation(count)
        if not torch.equal(order[order], torch.arange(count)):
            return order


def gap(
    after: Callable[[Tensor, Tensor], Tensor], before: Callable[[Tensor, Tensor], Tensor]
) -> Callable[[Library, Tensor, Tensor], Tensor]:
    """The largest difference between layer(x) permuted by ``after`` and the layer on x permuted by ``before``."""

    def measured(layer: Library, x: Tensor, permutation: Tensor) -> Tensor:
        function: Callable[[Tensor], Tensor] = library_object(layer.path)
        return (after(function(x), permutation) - function(before(x, permutation))).abs().max()

    return measured


def steps(x: Tensor, permutation: Tensor) -> Tensor:
    """The time steps permuted."""
    return x.index_select(1, permutation)


def sequences(x: Tensor, permutation: Tensor) -> Tensor:
    """The sequences permuted, where there are enough of them."""
    return x.index_select(0, permutation)


def nothing(x: Tensor, permutation: Tensor) -> Tensor:
    """Nothing permuted."""
    return x


def is_the_number(*names: str, hint: str) -> Check:
    """The answer is the oracle's number, within the rounding of the input's dtype."""

    def check(trial: Trial) -> None:
        for name in names:
            expected, tolerance = float(trial.expected(name)), TOLERANCE[trial.calls[name].args[1].dtype]
            told = f"{hint} The call was {trial.describe(name)}."
            rounded = expected if expected > tolerance else 0.0
            expect.number(trial.result(name), what="the gap", expected=rounded, hint=told, rtol=2 * tolerance)

    return check


COMPONENT = Component(
    name="permutation_gap",
    draw=draw,
    oracle=gap(steps, steps),
    returns=("the gap",),
    properties=(
        Property(
            "is_zero_for_attention",
            1,
            is_the_number(
                *UNORDERED,
                "single_step",
                hint="Attention without positions gives the same rows in another order, so no difference is left.",
            ),
        ),
        Property(
            "is_the_largest_difference_for_a_recurrence",
            2,
            is_the_number(
                *ORDERED,
                hint="Permute the time steps (axis 1) before the layer, and after it; take the largest absolute "
                "difference over the whole batch.",
            ),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            every(leaves_its_inputs_alone("recurrence", "attention")),
            needs=("is_the_largest_difference_for_a_recurrence",),
        ),
    ),
    mistakes=(
        Mistake(
            "permutes-input-only",
            "Only the input is permuted. Then even a layer that treats all positions alike seems to care about order, "
            "because the right rows come out in another order. What must be done to layer(x) before the two are "
            "compared?",
            (gap(nothing, steps),),
        ),
        Mistake(
            "permutes-batch",
            "The permutation acts on the sequences of the batch, not on the steps of each. In (B, T, D) time is axis "
            "1; try a batch with B ≠ T.",
            (
                gap(sequences, sequences),
                gap(nothing, sequences),
                gap(sequences, steps),
                gap(steps, sequences),
            ),
        ),
    ),
)
