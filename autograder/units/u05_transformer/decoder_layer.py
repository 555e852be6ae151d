"""A decoder layer against nn.TransformerDecoderLayer with the same weights (Vaswani et al. 2017, section 3.1)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.trial import Trial
from autograder.units.u05_transformer.modes import (
    drops_only_in_training,
    has_the_parts,
    in_some_order,
    takes_options_by_name,
)
from autograder.units.u05_transformer.truth import (
    FORBIDDEN,
    OTHER_OPTIONS,
    Parts,
    Sizes,
    State,
    decoder_layer,
    decoder_layer_shapes,
    double,
    layer_sizes,
    parameters,
)

Init = tuple[Any, ...]
Roles = Callable[[Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]
Masks = Callable[[Tensor | None, Tensor | None], tuple[Tensor | None, Tensor | None]]
UNMASKED = ("post", "longer_memory", "same_lengths", "one_position")
SELF_MASKED = ("causal", "pre_causal", "pre_both_masks", "both_masks", "same_lengths_masked")
MASKED = ("memory_padding", *SELF_MASKED)
SEEING = (*UNMASKED, "pre", *MASKED)


def draw(draw: Draw) -> dict[str, Call]:
    """Memories longer, shorter and as long as what is decoded; both orders; masks of every rank for each attention."""
    heads, d_model, d_ff = layer_sizes(draw)
    batch, few, many = draw.random.sample([2, 3, 4, 5], 3)
    few, many = sorted((few, many))
    state = parameters(draw, decoder_layer_shapes(d_model, d_ff))
    in_double = double(state)

    def call(t: int, s: int, *options: Any, masks: tuple[Tensor | None, ...] = (), state: State = state) -> Call:
        dtype = state["norm1.bias"].dtype
        y, memory = (draw.normal(batch, length, d_model, dtype=dtype, scale=1.5) + 0.5 for length in (t, s))
        return Call((y, memory, *masks), init=(d_model, heads, d_ff, *options), state=state)

    def causal(length: int) -> Tensor:
        return torch.ones(length, length, dtype=torch.bool).tril()

    padding = draw.mask(batch, 1, 1, many)
    pre = (0.0, True)
    by_name = call(few, many)
    empty = (draw.mask(many, many, empty_row=True), draw.mask(batch, 1, many, few, empty_row=True))
    return {
        "post": call(many, few),
        "longer_memory": call(few, many),
        "same_lengths": call(many, many),
        "one_position": call(1, many),
        "pre": call(many, few, *pre),
        "causal": call(many, few, masks=(causal(many),)),
        "pre_causal": call(many, few, *pre, masks=(causal(many),)),
        "pre_both_masks": call(few, many, *pre, masks=(causal(few), padding)),
        "memory_padding": Call(by_name.args, {"memory_mask": padding}, init=by_name.init, state=state),
        "both_masks": call(few, many, masks=(draw.mask(batch, heads, few, few), draw.mask(few, many))),
        "same_lengths_masked": call(many, many, masks=(causal(many), padding)),
        "empty_rows": call(many, few, masks=empty, state=in_double),
        "other_options": call(many, few, 0.0, True, *OTHER_OPTIONS),
        "float64": call(few, many, masks=(causal(few), padding), state=in_double),
    }


def varied(
    roles: Roles = lambda y, memory: (y, memory, memory),
    masks: Masks = lambda own, memorys: (own, memorys),
    cross_first: bool = False,
    norms: tuple[str, str, str] = ("norm1", "norm2", "norm3"),
) -> Callable[..., Tensor]:
    """A layer put together from PyTorch's parts with one thing done differently; norms in the order of their use."""

    def version(
        init: Init,
        state: State,
        y: Tensor,
        memory: Tensor,
        self_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
    ) -> Tensor:
        parts = Parts(Sizes(*init), state)
        own, across = masks(self_mask, memory_mask)
        steps: list[Callable[[Tensor], Tensor]] = [
            lambda y: parts.attend("self_attention", y, y, y, own),
            lambda y: parts.attend("cross_attention", *roles(y, memory), across),
        ]
        for step, norm in zip([*(steps[::-1] if cross_first else steps), parts.feed_forward], norms, strict=True):
            y = parts.step(y, step, norm)
        return y

    return version


WRONG_ROLES: tuple[Roles, ...] = (
    lambda y, memory: (memory, y, y),
    lambda y, memory: (y, memory, y),
    lambda y, memory: (y, y, memory),
    lambda y, memory: (memory, memory, y),
    lambda y, memory: (memory, y, memory),
    lambda y, memory: (memory, memory, memory),
)


def shows_unused_memory(trial: Trial) -> bool:
    """Another memory gives the same output."""
    call = trial.calls["same_lengths"]
    y, memory = call.args
    before, after = trial.result("same_lengths"), trial.run(replace(call, args=(y, 1.0 - memory)))
    return before.shape == y.shape and torch.equal(before, after)


COMPONENT = Component(
    name="DecoderLayer",
    draw=draw,
    oracle=decoder_layer,
    returns=("the output",),
    forbidden=FORBIDDEN,
    properties=(
        Property(
            "has_the_named_parts",
            1,
            has_the_parts(
                "post",
                hint="self_attention and cross_attention are two MultiHeadAttention, feed_forward is a FeedForward, "
                "norm1, norm2 and norm3 are three nn.LayerNorm(d_model).",
            ),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("post", "same_lengths_masked", "pre"),
            needs=("has_the_named_parts",),
        ),
        Property(
            "returns_a_vector_for_every_position_of_the_target",
            1,
            has_the_right_form(
                *UNMASKED,
                hint="(B, T_t, D) and a memory (B, T_s, D) in, (B, T_t, D) out: queries come from y, keys and values "
                "of the cross-attention from the memory.",
            ),
            needs=("has_the_named_parts",),
        ),
        Property(
            "agrees_with_pytorch",
            3,
            agrees(
                *UNMASKED,
                hint="Self-attention with norm1, cross-attention with norm2, feed-forward with norm3, each with a way "
                "past it. The weights are those of nn.TransformerDecoderLayer.",
            ),
            needs=("returns_a_vector_for_every_position_of_the_target",),
        ),
        Property(
            "agrees_with_pytorch_in_the_pre_norm_order",
            2,
            agrees(
                "pre",
                hint="With pre_norm=True each norm acts on y before its sub-layer. The memory is used as it comes: it "
                "has been normalised at the end of the encoder.",
            ),
            needs=("returns_a_vector_for_every_position_of_the_target",),
        ),
        Property(
            "hides_what_each_mask_hides",
            2,
            agrees(*MASKED, hint="self_mask is for the first attention, memory_mask for the second; each may be None."),
            needs=("agrees_with_pytorch", "agrees_with_pytorch_in_the_pre_norm_order"),
        ),
        Property(
            "lets_a_query_see_nothing_without_nan",
            1,
            agrees("empty_rows", hint="Where a row of a mask is all False, attention adds a bias only."),
            needs=("hides_what_each_mask_hides",),
        ),
        Property(
            "uses_the_activation_and_eps_that_it_is_given",
            1,
            every(
                agrees(
                    "other_options", hint="The activation is the feed-forward block's, norm_eps is all three norms'."
                ),
                takes_options_by_name("other_options", "pre_norm", "activation", "norm_eps"),
            ),
            needs=("agrees_with_pytorch", "agrees_with_pytorch_in_the_pre_norm_order"),
        ),
        Property("keeps_the_precision_of_float64", 1, agrees("float64"), needs=("hides_what_each_mask_hides",)),
        Property(
            "has_the_gradients_of_pytorch",
            1,
            gradients_agree("empty_rows", "pre"),
            needs=("lets_a_query_see_nothing_without_nan",),
        ),
        Property("drops_only_in_training", 1, drops_only_in_training("post"), needs=("agrees_with_pytorch",)),
    ),
    mistakes=(
        Mistake(
            "cross-roles-swapped",
            "In the cross-attention the target and the memory have each other's roles. The target asks (queries), the "
            "source answers (keys and values): which length must the output have? Try a memory of another length.",
            in_some_order(decoder_layer, *map(varied, WRONG_ROLES)),
            calls=SEEING,
        ),
        Mistake(
            "masks-swapped",
            "Each attention gets the other one's mask. self_mask (causal, T_t by T_t) belongs to the self-attention, "
            "memory_mask (padding of the source) to the cross-attention: with different lengths they don't even fit.",
            in_some_order(decoder_layer, varied(masks=lambda own, memorys: (memorys, own))),
            calls=MASKED,
        ),
        Mistake(
            "no-self-mask",
            "self_mask changes nothing, so that the decoder reads the words that it is to predict. Call the layer with "
            "a causal mask, change the last position of y, and look at the first position of the output.",
            in_some_order(decoder_layer, varied(masks=lambda own, memorys: (None, memorys))),
            calls=SELF_MASKED,
        ),
        Mistake(
            "cross-before-self",
            "The cross-attention comes first. A decoder layer first looks at what has been said, then asks the source "
            "about it: self-attention, cross-attention, feed-forward.",
            in_some_order(
                decoder_layer, varied(cross_first=True), varied(cross_first=True, norms=("norm2", "norm1", "norm3"))
            ),
            calls=SEEING,
        ),
        Mistake(
            "memory-unused",
            "The output doesn't depend on the memory, so the decoder never sees the source. Keys and values of the "
            "cross-attention come from the memory: put in two different ones and compare.",
            shown_by=shows_unused_memory,
        ),
    ),
)
