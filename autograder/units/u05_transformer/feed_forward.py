"""The position-wise feed-forward block against two of PyTorch's linear maps (Vaswani et al. 2017, equation 2)."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.inprocess import library_object
from autograder.judging.properties import agrees, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.subject import Library
from autograder.judging.trial import Trial
from autograder.units.u05_transformer.modes import drops_only_in_training, has_the_parts
from autograder.units.u05_transformer.truth import FORBIDDEN, RELU, State, double, feed_forward_shapes, parameters

Activation = Callable[[Tensor], Tensor]
Init = tuple[Any, ...]
BY_DEFAULT = ("sequences", "one_position", "one_sequence", "narrower_inside")
OTHERS = ("gelu", "cosine")
COSINE, GELU = Library("torch.cos"), Library("torch.nn.functional.gelu")


def draw(draw: Draw) -> dict[str, Call]:
    """Sizes all different, an inner width above and below the outer one; activations of which one isn't 0 at 0."""
    batch, length = draw.sizes(2, 2, 5)
    d_model, narrow, wide = sorted(draw.sizes(2, 6, 9))[0], draw.size(3, 5), draw.size(10, 13)
    state = parameters(draw, feed_forward_shapes(d_model, wide))
    narrow_state = parameters(draw, feed_forward_shapes(d_model, narrow))

    def call(b: int, t: int, *options: Any, state: State = state) -> Call:
        x = draw.normal(b, t, d_model, dtype=state["linear1.bias"].dtype, scale=1.5)
        return Call((x,), init=(d_model, len(state["linear1.bias"]), *options), state=state)

    return {
        "sequences": call(batch, length),
        "one_position": call(batch, 1),
        "one_sequence": call(1, length + 1),
        "narrower_inside": call(batch, length, state=narrow_state),
        "gelu": call(batch, length, 0.0, GELU),
        "cosine": call(batch, length, 0.0, COSINE),
        "float64": call(batch, length, state=double(state)),
    }


def linear(state: State, name: str, x: Tensor) -> Tensor:
    """One of the two linear maps."""
    return F.linear(x, state[f"{name}.weight"], state[f"{name}.bias"])


def maps(compose: Callable[[Activation, Activation, Activation, Tensor], Tensor]) -> Callable[..., Tensor]:
    """A version composed of the first map, the activation and the second map."""

    def version(init: Init, state: State, x: Tensor) -> Tensor:
        activation = library_object((init[3] if len(init) > 3 else RELU).path)
        return compose(lambda x: linear(state, "linear1", x), activation, lambda x: linear(state, "linear2", x), x)

    return version


def shows_mixed_positions(trial: Trial) -> bool:
    """Another vector at one position changes what comes out at another, whatever the parameters are."""
    call = trial.calls["sequences"]
    (x,) = call.args
    changed, elsewhere = x.clone(), torch.ones(x.shape[:2], dtype=torch.bool)
    changed[-1, 0] += 1.0
    elsewhere[-1, 0] = False
    made = trial.construct(*(call.init or ()))
    trial.subject.call(made, (False,), {}, method="train")
    before, again, after = (trial.subject.call(made, (given,), {}) for given in (x, x, changed))
    same = torch.equal(before, again) and before.shape == x.shape
    return same and not torch.allclose(before[elsewhere], after[elsewhere], rtol=1e-4, atol=1e-5)


COMPONENT = Component(
    name="FeedForward",
    draw=draw,
    oracle=maps(lambda first, activation, second, x: second(activation(first(x)))),
    returns=("the output",),
    forbidden=FORBIDDEN,
    properties=(
        Property(
            "has_two_linear_maps",
            1,
            has_the_parts(
                "sequences",
                "narrower_inside",
                hint="self.linear1 is nn.Linear(d_model, d_ff) and self.linear2 is nn.Linear(d_ff, d_model).",
            ),
        ),
        Property(
            "leaves_its_input_alone",
            1,
            leaves_its_inputs_alone("sequences"),
            needs=("has_two_linear_maps",),
        ),
        Property(
            "gives_every_position_a_vector_of_its_old_width",
            1,
            has_the_right_form(*BY_DEFAULT, hint="(B, T, D) in, (B, T, D) out."),
            needs=("has_two_linear_maps",),
        ),
        Property(
            "is_two_linear_maps_with_a_relu_between",
            2,
            agrees(*BY_DEFAULT, hint="linear1, then ReLU where no activation is given, then linear2 and nothing more."),
            needs=("gives_every_position_a_vector_of_its_old_width",),
        ),
        Property(
            "uses_the_activation_that_it_is_given",
            1,
            agrees(*OTHERS, hint="The constructor's fourth argument is any function; it takes the place of the ReLU."),
            needs=("has_two_linear_maps",),
        ),
        Property(
            "keeps_the_precision_of_float64",
            1,
            agrees("float64"),
            needs=("is_two_linear_maps_with_a_relu_between",),
        ),
        Property(
            "has_the_gradients_of_pytorch",
            1,
            gradients_agree("sequences", "gelu"),
            needs=("is_two_linear_maps_with_a_relu_between", "uses_the_activation_that_it_is_given"),
        ),
        Property(
            "drops_only_in_training",
            1,
            drops_only_in_training("sequences"),
            needs=("is_two_linear_maps_with_a_relu_between",),
        ),
    ),
    mistakes=(
        Mistake(
            "relu-after-output",
            "The activation comes after the second map, so that no feature of the output can be negative. The block "
            "ends with a linear map: what it adds to the residual stream must be free to go either way.",
            (
                maps(lambda first, activation, second, x: activation(second(first(x)))),
                maps(lambda first, activation, second, x: activation(second(activation(first(x))))),
            ),
        ),
        Mistake(
            "no-nonlinearity",
            "There is nothing between the two linear maps, and two linear maps one after the other are one: compare "
            "f(2x) − f(0) with 2 · (f(x) − f(0)). They should differ.",
            (maps(lambda first, activation, second, x: second(first(x))),),
        ),
        Mistake(
            "mixes-positions",
            "What comes out at one position depends on what stands at others. The block treats each position by "
            "itself, with the same weights; only attention looks around. Change one token and see which rows change.",
            shown_by=shows_mixed_positions,
        ),
    ),
)
