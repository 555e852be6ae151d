"""Luong's dot and general scores against einsum."""

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone

DOT = ("dot", "dot_one_key", "dot_as_many_queries_as_keys")
GENERAL = ("general", "general_square", "general_all_equal", "general_one_query")


def draw(draw: Draw) -> dict[str, Call]:
    """With and without W, also a square one, where its transpose fits too, and all sizes equal."""
    batch, length, d_q, d_k = draw.sizes(4, 2, 7)

    def call(b: int, t: int, q: int, k: int, with_weight: bool, dtype: torch.dtype = torch.float32) -> Call:
        shapes = ((b, q), (b, t, k), (q, k))[: 3 if with_weight else 2]
        return Call(tuple(draw.normal(*shape, dtype=dtype) for shape in shapes))

    return {
        "dot": call(batch, length, d_k, d_k, False),
        "dot_one_key": call(batch, 1, d_k, d_k, False),
        "dot_as_many_queries_as_keys": call(length, length, d_k, d_k, False),
        "general": call(batch, length, d_q, d_k, True),
        "general_square": call(batch, length, d_k, d_k, True),
        "general_all_equal": call(length, length, length, length, True),
        "general_one_query": call(1, length, d_q, d_k, True),
        "dot_64": call(batch, length, d_k, d_k, False, torch.float64),
        "general_64": call(batch, length, d_q, d_k, True, torch.float64),
    }


def summed(query: Tensor, keys: Tensor, W: Tensor | None = None) -> Tensor:
    """The double sum of q_i W_ij k_j."""
    if W is None:
        return torch.einsum("bi,bti->bt", query, keys)
    return torch.einsum("bi,ij,btj->bt", query, W, keys)


def cosine_of_projected(query: Tensor, keys: Tensor, W: Tensor | None = None) -> Tensor:
    """The cosine of the angle between the query, projected if there is a W, and each key."""
    return F.cosine_similarity((query if W is None else query @ W)[:, None], keys, dim=-1)


def projected_cosine(query: Tensor, keys: Tensor, W: Tensor | None = None) -> Tensor:
    """Query and keys brought to length 1 first."""
    return summed(F.normalize(query, dim=-1), F.normalize(keys, dim=-1), W)


def cosine_without_weight(query: Tensor, keys: Tensor, W: Tensor | None = None) -> Tensor:
    """The cosine where there is no W, and the right score where there is one."""
    return summed(query, keys, W) if W is not None else projected_cosine(query, keys)


COMPONENT = Component(
    name="multiplicative_score",
    draw=draw,
    oracle=summed,
    returns=("the scores",),
    properties=(
        Property("has_a_score_for_every_key", 1, has_the_right_form(*DOT, *GENERAL, hint="One number a key: (B, T).")),
        Property(
            "is_the_dot_product_without_a_weight",
            1,
            agrees(*DOT, "dot_64", hint="Multiply the query with each key, feature by feature, and add up."),
            needs=("has_a_score_for_every_key",),
        ),
        Property(
            "is_the_product_through_the_weight",
            2,
            agrees(*GENERAL, "general_64", hint="qᵀ W k, with W (D_q, D_k): q has D_q features and k has D_k."),
            needs=("has_a_score_for_every_key",),
        ),
        Property(
            "passes_gradients_back_and_leaves_its_inputs_alone",
            1,
            every(gradients_agree("dot", "general"), leaves_its_inputs_alone("dot", "general")),
            needs=("is_the_dot_product_without_a_weight", "is_the_product_through_the_weight"),
        ),
    ),
    mistakes=(
        Mistake(
            "transposed-weight",
            "W is used transposed. It is (D_q, D_k): its rows belong to the query and its columns to the key. Try it "
            "with D_q ≠ D_k, where only one way fits.",
            (lambda query, keys, W: summed(query, keys, W.mT),),
        ),
        Mistake(
            "cosine-instead",
            "The scores are cosines: query or keys are divided by their lengths. The dot product is |q||k|cos θ; "
            "double a key, and its score must double.",
            (cosine_of_projected, projected_cosine, cosine_without_weight),
        ),
        Mistake(
            "weight-ignored",
            "W makes no difference to the result. Pass a W of zeros: every score must be 0.",
            (lambda query, keys, W=None: summed(query, keys),),
        ),
    ),
)
