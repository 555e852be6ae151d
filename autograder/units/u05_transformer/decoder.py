"""A stack of decoder layers against nn.TransformerDecoder with the same weights (Vaswani et al. 2017, section 3.1)."""

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
    has_no_final_norm,
    has_the_parts,
    same_object,
    takes_options_by_name,
)
from autograder.units.u05_transformer.truth import (
    FORBIDDEN,
    OTHER_OPTIONS,
    Sizes,
    State,
    below,
    decoder,
    decoder_layer,
    decoder_layer_shapes,
    double,
    layer_normed,
    layer_sizes,
    parameters,
    stack_shapes,
    with_layers_from,
)

Init = tuple[Any, ...]
Choice = Callable[[int, Tensor | None], Tensor | None]
POST = ("two_layers", "one_layer")
SELF_MASKED = ("causal", "pre_masked")
MASKED = (*SELF_MASKED, "memory_padding")
SEEING = (*POST, "pre", *MASKED)


def draw(draw: Draw) -> dict[str, Call]:
    """One layer and two, both orders, each mask alone and both, queries that see nothing, other options."""
    heads, d_model, d_ff = layer_sizes(draw)
    batch, t, s = draw.sizes(3, 2, 5)
    layer = decoder_layer_shapes(d_model, d_ff)
    one, two = (parameters(draw, stack_shapes(layer, n)) for n in (1, 2))
    normed_one, normed_two = (parameters(draw, stack_shapes(layer, n, final_norm=d_model)) for n in (1, 2))

    def call(layers: int, state: State, *options: Any, self_mask: Tensor | None = None, **masks: Tensor) -> Call:
        dtype = next(iter(state.values())).dtype
        y, memory = (draw.normal(batch, length, d_model, dtype=dtype, scale=1.5) + 0.5 for length in (t, s))
        args = (y, memory) if self_mask is None else (y, memory, self_mask)
        return Call(args, masks, init=(layers, d_model, heads, d_ff, *options), state=state)

    causal = torch.ones(t, t, dtype=torch.bool).tril()
    padding = draw.mask(batch, 1, 1, s)
    sees_nothing, sees_no_memory = draw.mask(t, t, empty_row=True), draw.mask(batch, heads, t, s, empty_row=True)
    return {
        "two_layers": call(2, two),
        "one_layer": call(1, one),
        "pre": call(2, normed_two, 0.0, True),
        "causal": call(2, two, self_mask=causal),
        "memory_padding": call(2, two, memory_mask=padding),
        "pre_masked": call(2, normed_two, 0.0, True, self_mask=causal, memory_mask=padding),
        "empty_rows": call(2, double(two), self_mask=sees_nothing, memory_mask=sees_no_memory),
        "other_options": call(1, normed_one, 0.0, True, *OTHER_OPTIONS),
    }


def varied(self_masks: Choice) -> Callable[..., Tensor]:
    """PyTorch's layers one after the other, each with a self_mask of its own."""

    def version(
        init: Init,
        state: State,
        y: Tensor,
        memory: Tensor,
        self_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
    ) -> Tensor:
        sizes = Sizes(*init[1:])
        for i in range(init[0]):
            y = decoder_layer(sizes, below(state, f"layers.{i}"), y, memory, self_masks(i, self_mask), memory_mask)
        return layer_normed(sizes, state, y) if sizes.pre_norm else y

    return version


def same_layer(which: int) -> Callable[..., Tensor]:
    """PyTorch's stack with one layer's weights in all layers."""
    return lambda init, state, *args, **kwargs: decoder(init, with_layers_from(state, init[0], which), *args, **kwargs)


COMPONENT = Component(
    name="Decoder",
    draw=draw,
    oracle=decoder,
    returns=("the output",),
    forbidden=FORBIDDEN,
    properties=(
        Property(
            "has_layers_of_its_own_and_a_norm_only_after_pre_norm_ones",
            1,
            every(
                has_the_parts(
                    "two_layers",
                    "pre",
                    hint="self.layers is an nn.ModuleList of num_layers DecoderLayers, each constructed anew; with "
                    "pre_norm=True self.norm is an nn.LayerNorm(d_model).",
                ),
                has_no_final_norm("two_layers"),
            ),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("two_layers", "pre_masked"),
            needs=("has_layers_of_its_own_and_a_norm_only_after_pre_norm_ones",),
        ),
        Property(
            "agrees_with_pytorch",
            2,
            every(
                has_the_right_form("two_layers", hint="(B, T_t, D) and a memory (B, T_s, D) in, (B, T_t, D) out."),
                agrees(*POST, hint="Each layer gets what the one before it gives, and the same memory."),
            ),
            needs=("has_layers_of_its_own_and_a_norm_only_after_pre_norm_ones",),
        ),
        Property(
            "agrees_with_pytorch_in_the_pre_norm_order",
            1,
            agrees("pre", hint="With pre_norm=True nothing has normalised the last sum: self.norm does, at the end."),
            needs=("has_layers_of_its_own_and_a_norm_only_after_pre_norm_ones",),
        ),
        Property(
            "hides_from_every_layer_what_each_mask_hides",
            2,
            agrees(*MASKED, hint="Every layer needs both masks, each in its place."),
            needs=("agrees_with_pytorch", "agrees_with_pytorch_in_the_pre_norm_order"),
        ),
        Property(
            "lets_a_query_see_nothing_and_keeps_the_precision_of_float64",
            1,
            agrees("empty_rows", hint="Where a row of a mask is all False, attention adds a bias only."),
            needs=("hides_from_every_layer_what_each_mask_hides",),
        ),
        Property(
            "has_the_gradients_of_pytorch",
            1,
            gradients_agree("empty_rows"),
            needs=("lets_a_query_see_nothing_and_keeps_the_precision_of_float64",),
        ),
        Property(
            "hands_activation_and_eps_on",
            1,
            every(
                agrees("other_options", hint="norm_eps is that of every norm, the one at the end included."),
                takes_options_by_name("other_options", "pre_norm", "activation", "norm_eps"),
            ),
            needs=("agrees_with_pytorch_in_the_pre_norm_order",),
        ),
        Property("drops_only_in_training", 1, drops_only_in_training("one_layer"), needs=("agrees_with_pytorch",)),
    ),
    mistakes=(
        Mistake(
            "shared-layers",
            "All layers are one and the same. They are alike in structure, not in weights: [layer] * n holds one "
            "object n times. Construct a layer for every place, and use each of them.",
            shown_by=any_of(
                same_object("two_layers", "layers.0", "layers.1"),
                behaves_as(same_layer(0), same_layer(-1), calls=SEEING),
            ),
        ),
        Mistake(
            "self-mask-lost",
            "self_mask doesn't reach every layer, so that some of them see the words that are still to be predicted. "
            "Call the decoder with a causal mask, change the last position of y, and look at the first position of "
            "the output: nothing may move.",
            (
                varied(lambda i, mask: None),
                varied(lambda i, mask: mask if i == 0 else None),
                varied(lambda i, mask: None if i == 0 else mask),
            ),
            calls=SELF_MASKED,
        ),
    ),
)
