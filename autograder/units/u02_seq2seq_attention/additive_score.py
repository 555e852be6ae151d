"""Bahdanau's additive score against its formula, one key at a time."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.units.u02_seq2seq_attention.truth import additive

CALLS = ("all_different", "queries_as_wide_as_keys", "all_equal", "as_many_queries_as_keys", "one_key", "one_query")


def draw(draw: Draw) -> dict[str, Call]:
    """All sizes different; queries as wide as keys, where their projections could be swapped; everything equal."""
    batch, length, d_q, d_k, width = draw.sizes(5, 2, 7)

    def call(b: int, t: int, q: int, k: int, a: int, dtype: torch.dtype = torch.float32) -> Call:
        shapes = ((b, q), (b, t, k), (a, q), (a, k), (a,))
        return Call(tuple(draw.normal(*shape, dtype=dtype) for shape in shapes))

    return {
        "all_different": call(batch, length, d_q, d_k, width),
        "queries_as_wide_as_keys": call(batch, length, d_k, d_k, width),
        "all_equal": call(length, length, length, length, length),
        "as_many_queries_as_keys": call(length, length, d_q, d_k, width),
        "one_key": call(batch, 1, d_q, d_k, width),
        "one_query": call(1, length, d_q, d_k, width),
        "float64": call(batch, length, d_q, d_k, width, torch.float64),
    }


def mixed(combine: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    """Another function of W_q q + W_k k, (B, T, A), and v."""

    def wrong(query: Tensor, keys: Tensor, W_q: Tensor, W_k: Tensor, v: Tensor) -> Tensor:
        return combine((query @ W_q.mT)[:, None] + keys @ W_k.mT, v)

    return wrong


COMPONENT = Component(
    name="additive_score",
    draw=draw,
    oracle=additive,
    returns=("the scores",),
    properties=(
        Property("has_a_score_for_every_key", 1, has_the_right_form(*CALLS, hint="One number a key: (B, T).")),
        Property(
            "is_v_times_the_tanh_of_both_projections",
            2,
            agrees(*CALLS, "float64", hint="vᵀ tanh(W_q q + W_k k), with the query's projection added to every key's."),
            needs=("has_a_score_for_every_key",),
        ),
        Property(
            "passes_gradients_back_and_leaves_its_inputs_alone",
            1,
            every(gradients_agree("all_different"), leaves_its_inputs_alone("all_different")),
            needs=("is_v_times_the_tanh_of_both_projections",),
        ),
    ),
    mistakes=(
        Mistake(
            "no-tanh",
            "There is no tanh. Without it the query's part is the same for every key and drops out of the softmax: "
            "the weights would not depend on the query at all.",
            (mixed(lambda both, v: both @ v),),
        ),
        Mistake(
            "v-inside-tanh",
            "v is applied inside the tanh. The tanh squashes each of the A components, and v then weighs them: can "
            "your scores exceed 1?",
            (mixed(lambda both, v: torch.tanh(both @ v)), mixed(lambda both, v: torch.tanh(both * v).sum(-1))),
        ),
        Mistake(
            "projections-swapped",
            "The query goes through W_k and the keys through W_q. That only shows where both are equally wide in and "
            "out: which of the two matrices has as many columns as the query has features?",
            (lambda query, keys, W_q, W_k, v: mixed(lambda both, v: both.tanh() @ v)(query, keys, W_k, W_q, v),),
        ),
    ),
)
