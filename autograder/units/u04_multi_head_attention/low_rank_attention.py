"""Linformer's attention against PyTorch's on a shortened key and value (Wang et al. 2020, equation 7)."""

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
)
from autograder.units.u04_multi_head_attention.truth import attention

PROJECTED = ("cross", "heads", "self")


def draw(draw: Draw) -> dict[str, Call]:
    """All sizes different; equal lengths; all sizes equal, where projecting features fits too; the identity."""
    t_q, t_k, d_k, d_v, rank, batch = draw.sizes(6, 3, 8)
    side = draw.size(3, 6)

    def inputs(*leading: int, q: int = t_q, k: int = t_k, width: int = d_k, v: int = d_v, r: int = rank) -> Call:
        query, key, value = (
            draw.normal(*leading, q, width),
            draw.normal(*leading, k, width),
            draw.normal(*leading, k, v),
        )
        return Call((2 * query, key, value, draw.normal(r, k), draw.normal(r, k)))

    identity = torch.eye(t_k)
    plain = inputs(batch)
    return {
        "cross": plain,
        "heads": inputs(batch, 2),
        "self": inputs(batch, q=t_k, width=11),
        "all_sizes_equal": inputs(batch, q=side, k=side, width=side, v=side, r=side),
        "identity": Call((*plain.args[:3], identity, identity)),
        "float64": Call(tuple(argument.double() for argument in plain.args)),
        "large_scores": Call((1e4 * plain.args[0].double().sign(), *(x.double().sign() for x in plain.args[1:]))),
    }


def shortened(
    query: Tensor, key: Tensor, value: Tensor, E_k: Tensor, E_v: Tensor, scale: float | None = None
) -> Tensor:
    """PyTorch's attention over the projected keys and values."""
    return attention(query, E_k @ key, E_v @ value, scale=scale)[0]


def scaled_by(scale: Callable[[Tensor, Tensor, Tensor], float]) -> Callable[..., Tensor]:
    """The same with another factor on the scores, made from the query, the value and E_k."""
    return lambda query, key, value, E_k, E_v: shortened(query, key, value, E_k, E_v, scale(query, value, E_k))


COMPONENT = Component(
    name="low_rank_attention",
    draw=draw,
    oracle=lambda query, key, value, E_k, E_v: shortened(query, key, value, E_k, E_v),
    returns=("the output",),
    forbidden=(
        "torch.nn.functional.scaled_dot_product_attention",
        "torch._scaled_dot_product_*",
        "torch.nn.functional.multi_head_attention_forward",
        "torch.nn.MultiheadAttention",
        "torch._native_multi_head_attention",
    ),
    properties=(
        Property("has_a_row_for_every_query", 1, has_the_right_form("cross", "heads", "self", "identity")),
        Property(
            "is_full_attention_when_the_projections_are_the_identity",
            1,
            agrees("identity"),
            needs=("has_a_row_for_every_query",),
        ),
        Property(
            "attends_to_mixtures_of_positions",
            2,
            agrees(
                *PROJECTED,
                "all_sizes_equal",
                "float64",
                "large_scores",
                hint="E_k and E_v mix positions: (R, T_k) @ (T_k, ·).",
            ),
            needs=("has_a_row_for_every_query",),
        ),
        Property(
            "has_the_gradients_of_pytorch_and_leaves_its_inputs_alone",
            1,
            every(gradients_agree("cross"), leaves_its_inputs_alone("cross")),
            needs=("attends_to_mixtures_of_positions",),
        ),
    ),
    mistakes=(
        Mistake(
            "projects-features",
            "The projections act on the features. Linformer shortens the *length* of keys and values, from T_k to R, "
            "and leaves their features alone: which axis of key must E_k's T_k meet?",
            (
                lambda query, key, value, E_k, E_v: attention(query, key @ E_k.mT, value @ E_v.mT)[0],
                lambda query, key, value, E_k, E_v: attention(query, key @ E_k, value @ E_v)[0],
                lambda query, key, value, E_k, E_v: attention(query @ E_k.mT, key @ E_k.mT, value @ E_v.mT)[0],
                lambda query, key, value, E_k, E_v: attention(query @ E_k.mT, key @ E_k.mT, value)[0],
                lambda query, key, value, E_k, E_v: attention(query, key @ E_k.mT, E_v @ value)[0],
                lambda query, key, value, E_k, E_v: attention(query, E_k @ key, value @ E_v.mT)[0],
            ),
        ),
        Mistake(
            "projects-query",
            "The query is projected too. Every query still needs its own row of output; only what it attends *to* "
            "gets shorter.",
            (
                lambda query, key, value, E_k, E_v: attention(E_k @ query, E_k @ key, E_v @ value)[0],
                lambda query, key, value, E_k, E_v: attention(E_k @ query, key, value)[0],
                lambda query, key, value, E_k, E_v: attention(E_k @ query, key, E_v @ value)[0],
            ),
        ),
        Mistake(
            "wrong-scale",
            "The scores have another scale than 1/√d_k. Projecting the length changes neither the number of features "
            "in a dot product nor, therefore, its scale.",
            (
                scaled_by(lambda query, value, E_k: 1.0),
                scaled_by(lambda query, value, E_k: E_k.shape[0] ** -0.5),
                scaled_by(lambda query, value, E_k: E_k.shape[1] ** -0.5),
                scaled_by(lambda query, value, E_k: 1 / E_k.shape[0]),
                scaled_by(lambda query, value, E_k: 1 / E_k.shape[1]),
                scaled_by(lambda query, value, E_k: 1 / query.shape[-1]),
                scaled_by(lambda query, value, E_k: query.shape[-2] ** -0.5),
                scaled_by(lambda query, value, E_k: 1 / query.shape[-2]),
                scaled_by(lambda query, value, E_k: value.shape[-1] ** -0.5),
                scaled_by(lambda query, value, E_k: 1 / value.shape[-1]),
            ),
            calls=PROJECTED,
        ),
    ),
)
