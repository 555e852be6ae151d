"""Scaled dot-product attention against PyTorch's own (Vaswani et al. 2017, equation 1)."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.trial import Trial
from autograder.units.u04_multi_head_attention.truth import attention

UNMASKED = ("plain", "matrices", "deep")
EQUAL_SIZES = ("self_attention", "one_query")
MASKED = ("masked", "one_mask_for_all", "padding")
ODD_WIDTH = 11  # no other axis is as wide, and its root, rounded, is none of theirs


def draw(draw: Draw) -> dict[str, Call]:
    """Calls in which no two axes have the same length, so that none can be mistaken for another.

    The exceptions: self-attention, where what is meant for it alone is right, and one query of one sequence.
    """
    t_q, t_k, d_k, d_v, batch, heads = draw.sizes(6, 3, 8)

    def inputs(*leading: int, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor, Tensor]:
        shapes = ((t_q, d_k), (t_k, d_k), (t_k, d_v))
        query, key, value = (draw.normal(*leading, *shape, dtype=dtype) for shape in shapes)
        return 2 * query, key, value

    return {
        "plain": Call(inputs(batch)),
        "matrices": Call(tuple(draw.normal(*shape) for shape in ((t_k, d_k), (t_q, d_k), (t_q, d_v)))),
        "deep": Call(inputs(batch, heads)),
        "self_attention": Call(with_a_key_of_zeros(*(draw.normal(batch, t_k, ODD_WIDTH) for _ in range(3)))),
        "one_query": Call((*(draw.normal(1, t, ODD_WIDTH) for t in (1, t_k)), draw.normal(1, t_k, d_v))),
        "masked": Call((*inputs(batch, heads), draw.mask(batch, heads, t_q, t_k))),
        "one_mask_for_all": Call(inputs(batch), {"mask": draw.mask(t_q, t_k)}),
        "padding": Call((*inputs(batch, heads), draw.mask(batch, 1, 1, t_k))),
        "empty_row": Call((*inputs(batch, heads), draw.mask(batch, 1, t_q, t_k, empty_row=True))),
        "empty_row_64": Call((*inputs(batch, dtype=torch.float64), draw.mask(batch, t_q, t_k, empty_row=True))),
        "nothing_allowed": Call(inputs(batch), {"mask": torch.zeros(t_q, t_k, dtype=torch.bool)}),
        "large_scores": Call(large(draw, t_q, t_k, d_v)),
        "large_scores_masked": Call((*large(draw, t_q, t_k, d_v), hides_the_largest_score(draw, t_q, t_k))),
        "float64": Call(inputs(batch, dtype=torch.float64)),
        "float64_masked": Call((*inputs(batch, heads, dtype=torch.float64), draw.mask(batch, 1, t_q, t_k))),
    }


def with_a_key_of_zeros(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The same with scores that are exactly 0: a score like any other, not the sign of a masked one."""
    key[..., 0, :] = 0
    return query, key, value


def large(draw: Draw, t_q: int, t_k: int, d_v: int) -> tuple[Tensor, Tensor, Tensor]:
    """Scores from 1e4 to -1e4 after scaling, in float64: in float32 some right ways lose too many digits.

    The two highest scores of the first query differ by 1 %: a clamp makes them equal.
    """
    query, key = 50.0 * (2 * draw.ids(t_q, 4, high=2) - 1).double(), draw.ids(t_k, 4, low=-100, high=101).double()
    query[0], key[0], key[1], key[2] = 50.0, 100.0, -100.0, 99.0
    return query, key, draw.normal(t_k, d_v, dtype=torch.float64)


def hides_the_largest_score(draw: Draw, t_q: int, t_k: int) -> Tensor:
    """A mask whose first query may see only its lowest score, 2e4 below the highest."""
    mask = draw.mask(t_q, t_k)
    mask[0] = torch.arange(t_k) == 1
    return mask


def scaled_by(scale: Callable[[Tensor, Tensor, Tensor], float]) -> Callable[..., tuple[Tensor, Tensor]]:
    """Attention with another factor on the scores than 1/√d_k."""
    return lambda query, key, value, mask=None: attention(query, key, value, mask, scale(query, key, value))


def softmax_over(axis: int) -> Callable[..., tuple[Tensor, Tensor]]:
    """Attention without a mask, whose weights sum to one over another axis than the keys."""

    def wrong(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        scores = query @ key.mT / math.sqrt(query.shape[-1])
        weights = scores.softmax(axis)
        return weights @ value, weights

    return wrong


def masked_after(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Masked weights set to zero after the softmax has already shared out the whole."""
    weights = attention(query, key, value)[1] * mask
    return weights @ value, weights


def only_the_output_masked(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """As above, and the weights returned are the unmasked ones."""
    return masked_after(query, key, value, mask)[0], attention(query, key, value)[1]


def shows_nan_rows(trial: Trial) -> bool:
    """The output or the weights of the empty rows are NaN, and all other rows right."""
    answers, rights = trial.result("empty_row"), trial.expected("empty_row")
    empty = ~trial.calls["empty_row"].args[3].any(-1).expand(rights[0].shape[:-1])
    others_right = all(
        torch.allclose(answer[~empty], right[~empty], rtol=1e-3, atol=1e-4)
        for answer, right in zip(answers, rights, strict=True)
    )
    return others_right and any(bool(answer[empty].isnan().all()) for answer in answers)


COMPONENT = Component(
    name="scaled_dot_product_attention",
    draw=draw,
    oracle=lambda query, key, value, mask=None: attention(query, key, value, mask),
    returns=("output", "weights"),
    forbidden=(
        "torch.nn.functional.scaled_dot_product_attention",
        "torch._scaled_dot_product_*",
        "torch.nn.functional.multi_head_attention_forward",
        "torch.nn.MultiheadAttention",
        "torch._native_multi_head_attention",
    ),
    properties=(
        Property("returns_output_and_weights_of_the_right_shape", 1, has_the_right_form("plain", "deep", "matrices")),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("plain", "masked", "empty_row"),
            needs=("returns_output_and_weights_of_the_right_shape",),
        ),
        Property(
            "agrees_with_pytorch",
            2,
            agrees(*UNMASKED, *EQUAL_SIZES, "large_scores"),
            needs=("returns_output_and_weights_of_the_right_shape",),
        ),
        Property(
            "gives_masked_keys_no_weight",
            2,
            agrees(*MASKED, "large_scores_masked", hint="True in the mask means: may attend."),
            needs=("returns_output_and_weights_of_the_right_shape",),
        ),
        Property(
            "gives_a_query_with_nothing_to_attend_to_zeros_not_nan",
            1,
            agrees(
                "empty_row",
                "empty_row_64",
                "nothing_allowed",
                hint="A row whose mask is all False has weights 0 and output 0.",
            ),
            needs=("gives_masked_keys_no_weight",),
        ),
        Property(
            "keeps_the_precision_of_float64",
            1,
            agrees("float64", "float64_masked"),
            needs=("gives_masked_keys_no_weight",),
        ),
        Property(
            "has_the_gradients_of_pytorch",
            1,
            gradients_agree("plain", "masked", "empty_row"),
            needs=("agrees_with_pytorch", "gives_masked_keys_no_weight"),
        ),
    ),
    mistakes=(
        Mistake(
            "missing-scale",
            "The scores are not scaled. With d_k features a dot product of standard normal vectors has variance d_k, "
            "so the softmax saturates as d_k grows. Compare your scores for d_k = 4 and d_k = 400.",
            (scaled_by(lambda q, k, v: 1.0),),
            calls=(*UNMASKED, *EQUAL_SIZES, *MASKED, "float64", "float64_masked"),
        ),
        Mistake(
            "scaled-by-d",
            "The scores are divided by d_k itself. The *standard deviation* of a dot product grows with the square "
            "root of d_k: print the standard deviation of your scaled scores for two values of d_k; it should not "
            "depend on it.",
            (scaled_by(lambda q, k, v: 1 / q.shape[-1]),),
            calls=(*UNMASKED, *EQUAL_SIZES, *MASKED, "float64", "float64_masked"),
        ),
        Mistake(
            "scaled-by-length",
            "The scores are scaled by a sequence length. A score is one dot product over the features: how many keys "
            "there are plays no part in its variance. Which axis of the query does the dot product sum over?",
            (
                scaled_by(lambda q, k, v: k.shape[-2] ** -0.5),
                scaled_by(lambda q, k, v: q.shape[-2] ** -0.5),
                scaled_by(lambda q, k, v: 1 / k.shape[-2]),
                scaled_by(lambda q, k, v: 1 / q.shape[-2]),
            ),
            calls=(*UNMASKED, *EQUAL_SIZES, *MASKED, "float64", "float64_masked"),
        ),
        Mistake(
            "scaled-by-d-v",
            "The scale uses the width of the values. Scores are made of queries and keys only; try values of another "
            "width.",
            (scaled_by(lambda q, k, v: v.shape[-1] ** -0.5), scaled_by(lambda q, k, v: 1 / v.shape[-1])),
            calls=(*UNMASKED, *EQUAL_SIZES, *MASKED, "float64", "float64_masked"),
        ),
        Mistake(
            "wrong-softmax-axis",
            "The weights sum to one over another axis than the keys. Print weights.sum(-1): each query shares out "
            "exactly 1 among all keys.",
            (softmax_over(-2), softmax_over(0), softmax_over(1)),
            calls=UNMASKED,
        ),
        Mistake(
            "mask-inverted",
            "The mask is read the wrong way round: here True means *may attend* (nn.MultiheadAttention uses the "
            "opposite). Mask a single key out and look at which weight becomes 0.",
            (lambda query, key, value, mask: attention(query, key, value, ~mask),),
            calls=MASKED,
        ),
        Mistake(
            "masked-after-softmax",
            "The mask is applied after the softmax, when the masked keys have already taken their share: the "
            "remaining weights no longer sum to one. What must a score be, so that its exponential is 0?",
            (masked_after, only_the_output_masked),
            calls=MASKED,
        ),
        Mistake(
            "mask-ignored",
            "The mask changes nothing. Call your function with and without one and compare the weights.",
            (lambda query, key, value, mask: attention(query, key, value),),
            calls=MASKED,
        ),
        Mistake(
            "nan-row",
            "A query that may attend to nothing gets NaN: its softmax divides 0 by 0. Such rows occur for padding; "
            "their weights and output must be 0, and no NaN may come back through the gradient.",
            shown_by=shows_nan_rows,
        ),
    ),
)
