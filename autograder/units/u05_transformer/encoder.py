"""A stack of encoder layers against nn.TransformerEncoder with the same weights (Vaswani et al. 2017, section 3.1)."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.trial import Trial
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
    double,
    encoder,
    encoder_layer,
    encoder_layer_shapes,
    layer_normed,
    layer_sizes,
    parameters,
    stack_shapes,
    with_layers_from,
)

Init = tuple[Any, ...]
Choice = Callable[[int, Tensor | None], Tensor | None]
POST = ("two_layers", "one_layer")
MASKED = ("padding", "pre_causal")
SEEING = (*POST, "pre", *MASKED)


def draw(draw: Draw) -> dict[str, Call]:
    """One layer and two, both orders, masks of several ranks, a query that sees nothing, other options."""
    heads, d_model, d_ff = layer_sizes(draw)
    batch, length = draw.sizes(2, 3, 5)
    layer = encoder_layer_shapes(d_model, d_ff)
    one, two = (parameters(draw, stack_shapes(layer, n)) for n in (1, 2))
    normed_one, normed_two = (parameters(draw, stack_shapes(layer, n, final_norm=d_model)) for n in (1, 2))

    def call(layers: int, state: State, *options: Any, mask: Tensor | None = None) -> Call:
        x = draw.normal(batch, length, d_model, dtype=next(iter(state.values())).dtype, scale=1.5) + 0.5
        return Call((x,) if mask is None else (x, mask), init=(layers, d_model, heads, d_ff, *options), state=state)

    causal = torch.ones(length, length, dtype=torch.bool).tril()
    return {
        "two_layers": call(2, two),
        "one_layer": call(1, one),
        "pre": call(2, normed_two, 0.0, True),
        "padding": call(2, two, mask=draw.mask(batch, 1, 1, length)),
        "pre_causal": call(2, normed_two, 0.0, True, mask=causal),
        "empty_row": call(2, double(two), mask=draw.mask(batch, heads, length, length, empty_row=True)),
        "other_options": call(1, normed_one, 0.0, True, *OTHER_OPTIONS),
    }


def varied(masks: Choice = lambda i, mask: mask, final_norm: bool = True) -> Callable[..., Tensor]:
    """PyTorch's layers one after the other, each with a mask of its own, and perhaps without the norm after them."""

    def version(init: Init, state: State, x: Tensor, mask: Tensor | None = None) -> Tensor:
        sizes = Sizes(*init[1:])
        for i in range(init[0]):
            x = encoder_layer(sizes, below(state, f"layers.{i}"), x, masks(i, mask))
        return layer_normed(sizes, state, x) if sizes.pre_norm and final_norm else x

    return version


def same_layer(which: int) -> Callable[..., Tensor]:
    """PyTorch's stack with one layer's weights in all layers."""
    return lambda init, state, *args: encoder(init, with_layers_from(state, init[0], which), *args)


def shows_no_final_norm(trial: Trial) -> bool:
    """There is no norm after the layers in the pre-norm order."""
    made = trial.construct(*(trial.calls["pre"].init or ()))
    names = trial.subject.get_state(made)
    return bool(names) and all(name.startswith("layers.") for name in names)


COMPONENT = Component(
    name="Encoder",
    draw=draw,
    oracle=encoder,
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
                    hint="self.layers is an nn.ModuleList of num_layers EncoderLayers, each constructed anew; with "
                    "pre_norm=True self.norm is an nn.LayerNorm(d_model).",
                ),
                has_no_final_norm("two_layers"),
            ),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("two_layers", "padding"),
            needs=("has_layers_of_its_own_and_a_norm_only_after_pre_norm_ones",),
        ),
        Property(
            "agrees_with_pytorch",
            2,
            every(
                has_the_right_form("two_layers", hint="(B, T, D) in, (B, T, D) out."),
                agrees(*POST, hint="Each layer gets what the one before it gives, in the order of self.layers."),
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
            "hides_from_every_layer_what_the_mask_hides",
            2,
            agrees(*MASKED, hint="Each layer attends anew, so each needs the mask."),
            needs=("agrees_with_pytorch", "agrees_with_pytorch_in_the_pre_norm_order"),
        ),
        Property(
            "lets_a_query_see_nothing_and_keeps_the_precision_of_float64",
            1,
            agrees("empty_row", hint="Where a row of the mask is all False, attention adds a bias only."),
            needs=("hides_from_every_layer_what_the_mask_hides",),
        ),
        Property(
            "has_the_gradients_of_pytorch",
            1,
            gradients_agree("empty_row"),
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
            "mask-only-first-layer",
            "Only the first layer gets the mask; the later ones look at what is hidden. Each layer attends anew: pass "
            "the mask to every one of them.",
            (varied(masks=lambda i, mask: mask if i == 0 else None),),
            calls=MASKED,
        ),
        Mistake(
            "final-norm-missing",
            "In the pre-norm order the sum that leaves the last layer has been normalised by nobody. That is what "
            "self.norm is for, at the end, with pre_norm=True only: is it there, and is it called?",
            shown_by=any_of(shows_no_final_norm, behaves_as(varied(final_norm=False), calls=SEEING)),
        ),
    ),
)
