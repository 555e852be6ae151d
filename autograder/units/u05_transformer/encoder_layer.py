"""An encoder layer against nn.TransformerEncoderLayer with the same weights (Vaswani et al. 2017, section 3.1)."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.units.u05_transformer.modes import (
    any_of,
    behaves_as,
    drops_only_in_training,
    has_the_parts,
    in_some_order,
    same_object,
    takes_options_by_name,
)
from autograder.units.u05_transformer.truth import (
    FORBIDDEN,
    OTHER_OPTIONS,
    Parts,
    Sizes,
    State,
    double,
    encoder_layer,
    encoder_layer_shapes,
    layer_sizes,
    parameters,
)

Init = tuple[Any, ...]
UNMASKED = ("post", "one_position")
MASKED = ("causal", "padding", "mask_per_head", "pre_padding")
SEEING = (*UNMASKED, "pre", *MASKED)


def draw(draw: Draw) -> dict[str, Call]:
    """Both orders, masks of every rank, a query that sees nothing, other activations and eps; sizes all different."""
    heads, d_model, d_ff = layer_sizes(draw)
    batch, length = draw.sizes(2, 3, 6)
    state = parameters(draw, encoder_layer_shapes(d_model, d_ff))
    in_double = double(state)

    def call(mask: Tensor | None = None, *options: Any, t: int = length, state: State = state) -> Call:
        x = draw.normal(batch, t, d_model, dtype=state["norm1.bias"].dtype, scale=1.5) + 0.5
        return Call((x,) if mask is None else (x, mask), init=(d_model, heads, d_ff, *options), state=state)

    return {
        "post": call(),
        "one_position": call(t=1),
        "pre": call(None, 0.0, True),
        "causal": call(torch.ones(length, length, dtype=torch.bool).tril()),
        "padding": call(draw.mask(batch, 1, 1, length)),
        "mask_per_head": call(draw.mask(batch, heads, length, length)),
        "pre_padding": call(draw.mask(batch, 1, 1, length), 0.0, True),
        "empty_row": call(draw.mask(batch, 1, length, length, empty_row=True), state=in_double),
        "other_options": call(None, 0.0, True, *OTHER_OPTIONS),
        "float64": call(draw.mask(length, length), state=in_double),
    }


def varied(
    skips: tuple[bool, bool] = (True, True), norms: tuple[str, str] = ("norm1", "norm2")
) -> Callable[..., Tensor]:
    """A layer put together from PyTorch's parts with one thing done differently."""

    def version(init: Init, state: State, x: Tensor, mask: Tensor | None = None) -> Tensor:
        parts = Parts(Sizes(*init), state)
        x = parts.step(x, lambda x: parts.attend("self_attention", x, x, x, mask), norms[0], skips[0])
        return parts.step(x, parts.feed_forward, norms[1], skips[1])

    return version


def in_order(pre_norm: Callable[[bool], bool]) -> Callable[..., Tensor]:
    """PyTorch's layer with another flag than the one that it is given."""

    def version(init: Init, state: State, x: Tensor, mask: Tensor | None = None) -> Tensor:
        sizes = Sizes(*init)
        return encoder_layer(sizes._replace(pre_norm=pre_norm(sizes.pre_norm)), state, x, mask)

    return version


def unmasked(init: Init, state: State, x: Tensor, mask: Tensor | None = None) -> Tensor:
    """PyTorch's layer without the mask."""
    return encoder_layer(init, state, x)


COMPONENT = Component(
    name="EncoderLayer",
    draw=draw,
    oracle=encoder_layer,
    returns=("the output",),
    forbidden=FORBIDDEN,
    properties=(
        Property(
            "has_the_named_parts",
            1,
            has_the_parts(
                "post",
                hint="self_attention is a MultiHeadAttention, feed_forward a FeedForward, norm1 and norm2 are two "
                "nn.LayerNorm(d_model).",
            ),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("post", "padding", "pre_padding"),
            needs=("has_the_named_parts",),
        ),
        Property(
            "returns_a_vector_for_every_position",
            1,
            has_the_right_form(
                *UNMASKED,
                "padding",
                hint="(B, T, D) in, (B, T, D) out. MultiHeadAttention returns a pair: the weights are not needed here.",
            ),
            needs=("has_the_named_parts",),
        ),
        Property(
            "agrees_with_pytorch",
            3,
            agrees(
                *UNMASKED,
                hint="Self-attention with norm1, then the feed-forward block with norm2; x goes past each, and each "
                "sum is normalised. The weights are those of nn.TransformerEncoderLayer.",
            ),
            needs=("returns_a_vector_for_every_position",),
        ),
        Property(
            "agrees_with_pytorch_in_the_pre_norm_order",
            2,
            agrees(
                "pre", hint="With pre_norm=True each sub-layer gets what its norm makes of x, and x itself goes past."
            ),
            needs=("returns_a_vector_for_every_position",),
        ),
        Property(
            "hides_what_the_mask_hides",
            2,
            agrees(*MASKED, hint="The mask is the self-attention's, whatever its shape."),
            needs=("agrees_with_pytorch", "agrees_with_pytorch_in_the_pre_norm_order"),
        ),
        Property(
            "lets_a_query_see_nothing_without_nan",
            1,
            agrees("empty_row", hint="Where a row of the mask is all False, attention adds a bias only."),
            needs=("hides_what_the_mask_hides",),
        ),
        Property(
            "uses_the_activation_and_eps_that_it_is_given",
            1,
            every(
                agrees("other_options", hint="The activation is the feed-forward block's, norm_eps is both norms'."),
                takes_options_by_name("other_options", "pre_norm", "activation", "norm_eps"),
            ),
            needs=("agrees_with_pytorch", "agrees_with_pytorch_in_the_pre_norm_order"),
        ),
        Property("keeps_the_precision_of_float64", 1, agrees("float64"), needs=("hides_what_the_mask_hides",)),
        Property(
            "has_the_gradients_of_pytorch",
            1,
            gradients_agree("empty_row", "pre"),
            needs=("lets_a_query_see_nothing_without_nan",),
        ),
        Property("drops_only_in_training", 1, drops_only_in_training("post"), needs=("agrees_with_pytorch",)),
    ),
    mistakes=(
        Mistake(
            "shared-norms",
            "One norm does the work of two. norm1 and norm2 learn different scales and shifts, since what they "
            "normalise is different: construct two of them, and use each where it belongs. Fill norm2 with zeros and "
            "see where that shows.",
            shown_by=any_of(
                same_object("post", "norm1", "norm2"),
                behaves_as(varied(norms=("norm1", "norm1")), varied(norms=("norm2", "norm2")), calls=SEEING),
            ),
        ),
        Mistake(
            "mask-ignored",
            "The mask changes nothing. Is it passed on to the self-attention, in both orders?",
            in_some_order(encoder_layer, unmasked),
            calls=MASKED,
        ),
        Mistake(
            "one-residual-missing",
            "Nothing goes past one of the two sub-layers. Both have a way past them: set out_proj of the attention, "
            "or linear2 of the feed-forward block, to zeros; what does the rest of your layer then see of x?",
            in_some_order(
                encoder_layer, *(varied(skips=skips) for skips in ((False, True), (True, False), (False, False)))
            ),
            calls=SEEING,
        ),
        Mistake(
            "pre-post-swapped",
            "The norms stand where they belong in the other order. pre_norm=False, the default, is the original: norm "
            "after the sum. Is the flag kept, read, and handed on?",
            (in_order(lambda pre: not pre), in_order(lambda pre: False), in_order(lambda pre: True)),
            calls=SEEING,
        ),
    ),
)
