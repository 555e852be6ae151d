"""Attention over one memory, given its scores, against a loop."""

from collections.abc import Callable
from typing import Any

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
)
from autograder.judging.trial import Trial
from autograder.units.u02_seq2seq_attention.truth import shares, weighted

UNMASKED = ("plain", "as_many_sequences_as_steps", "one_sequence", "one_step")
MASKED = ("masked", "masked_as_many_sequences_as_steps", "masked_by_keyword")


def draw(draw: Draw) -> dict[str, Call]:
    """With and without masks; as many sequences as steps, where axes can be mistaken; one step; an empty row."""
    batch, length, features = draw.sizes(3, 3, 7)

    def inputs(b: int, t: int, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
        return draw.normal(b, t, dtype=dtype, scale=1.5), draw.normal(b, t, features, dtype=dtype)

    ten_thousand = 1e4 * (2 * draw.ids(batch, length, high=2) - 1).double()
    large = ten_thousand + draw.normal(batch, length, dtype=torch.float64)
    return {
        "plain": Call(inputs(batch, length)),
        "as_many_sequences_as_steps": Call(inputs(length, length)),
        "one_sequence": Call(inputs(1, length)),
        "one_step": Call(inputs(batch, 1)),
        "masked": Call((*inputs(batch, length), draw.mask(batch, length))),
        "masked_as_many_sequences_as_steps": Call((*inputs(length, length), draw.mask(length, length))),
        "masked_by_keyword": Call(inputs(batch, length), {"mask": draw.mask(batch, length)}),
        "empty_row": Call((*inputs(batch, length), draw.mask(batch, length, empty_row=True))),
        "float64": Call(inputs(batch, length, torch.float64)),
        "float64_masked": Call((*inputs(batch, length, torch.float64), draw.mask(batch, length, empty_row=True))),
        "large_scores": Call((large, draw.normal(batch, length, features, dtype=torch.float64))),
    }


def mixed(scores: Tensor, values: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """The values, weighted by the softmax of what the mask allows, and the weights."""
    weights = shares(scores, mask)
    return weighted(weights, values), weights


def by(
    weights: Callable[[Tensor], Tensor] = shares,
    context: Callable[[Tensor, Tensor], Any] = weighted,
) -> Callable[[Tensor, Tensor], tuple[Any, Tensor]]:
    """Without a mask: other weights, or a context made otherwise."""
    return lambda scores, values: (context(weights(scores), values), weights(scores))


def shows_unnormalised(trial: Trial) -> bool:
    """Somewhere the weights don't sum to one, or a context is a multiple of the right one."""
    for name in ("plain", "masked"):
        context, weights = trial.result(name)
        right, _ = trial.expected(name)
        total = weights.sum(-1)
        factor = (context * right).sum(-1) / (right * right).sum(-1)
        multiple = torch.allclose(context, factor[:, None] * right, atol=1e-3 * float(context.abs().max()))
        if weights.shape == trial.calls[name].args[0].shape and not torch.allclose(
            total, torch.ones_like(total), atol=1e-3
        ):
            return True
        if multiple and not torch.allclose(factor, torch.ones_like(factor), atol=1e-3):
            return True
    return False


COMPONENT = Component(
    name="attend",
    draw=draw,
    oracle=mixed,
    returns=("context", "weights"),
    properties=(
        Property(
            "returns_a_context_for_every_sequence_and_a_weight_for_every_step",
            1,
            has_the_right_form(*UNMASKED, *MASKED, hint="context (B, D) and weights (B, T)."),
        ),
        Property(
            "weighs_the_values_by_the_softmax_of_the_scores",
            2,
            agrees(*UNMASKED, "float64", "large_scores", hint="Σ_t weights[b, t] · values[b, t]."),
            needs=("returns_a_context_for_every_sequence_and_a_weight_for_every_step",),
        ),
        Property(
            "gives_masked_steps_no_weight",
            1,
            agrees(*MASKED, hint="True in the mask means: may attend."),
            needs=("weighs_the_values_by_the_softmax_of_the_scores",),
        ),
        Property(
            "gives_zeros_where_nothing_is_allowed",
            1,
            agrees("empty_row", "float64_masked", hint="A row whose mask is all False has weights 0 and context 0."),
            needs=("gives_masked_steps_no_weight",),
        ),
        Property(
            "passes_gradients_back_and_leaves_its_inputs_alone",
            1,
            every(gradients_agree("plain", "empty_row"), leaves_its_inputs_alone("masked", "empty_row")),
            needs=("gives_zeros_where_nothing_is_allowed",),
        ),
    ),
    mistakes=(
        Mistake(
            "uniform-mean",
            "The context is the plain mean of the values, whatever the scores. Make one score large: the context must "
            "come close to that step's values.",
            (
                by(context=lambda weights, values: values.mean(1)),
                by(weights=lambda scores: torch.full_like(scores, 1 / scores.shape[1])),
                by(context=lambda weights, values: values.sum(1)),
            ),
            calls=UNMASKED,
        ),
        Mistake(
            "wrong-axis",
            "The softmax or the sum runs over another axis than the steps. Print weights.sum(-1), which must be 1 for "
            "every sequence; the sum that makes the context runs over the same axis.",
            (
                by(weights=lambda scores: shares(scores, None, 0)),
                by(weights=lambda scores: shares(scores.flatten()).view_as(scores)),
                by(context=lambda weights, values: (weights[..., None] * values).sum(0)),
                by(context=lambda weights, values: (weights[..., None] * values).sum(2)),
                by(context=lambda weights, values: weights @ values),
                by(context=lambda weights, values: weighted(weights.mT, values)),
            ),
            calls=UNMASKED,
        ),
        Mistake(
            "mask-ignored",
            "The mask changes nothing. Call your function with and without one and compare the weights.",
            (lambda scores, values, mask: mixed(scores, values),),
            calls=MASKED,
        ),
        Mistake(
            "unnormalised-weights",
            "The weights don't sum to one. The context is a *mean* of the values, so it must lie between them: what "
            "are your weights for three equal scores, and what are they when one of the three is masked?",
            shown_by=shows_unnormalised,
        ),
    ),
)
