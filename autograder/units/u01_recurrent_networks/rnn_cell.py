"""One step of a recurrent network against nn.RNNCell's function."""

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
from autograder.units.u01_recurrent_networks.truth import FORBIDDEN, PRECISION, two_biases

CALLS = ("several", "one_sequence", "as_many_features_as_units", "all_sizes_equal", "many_units")


def draw(draw: Draw) -> dict[str, Call]:
    """Sizes all different; D = H, where a transposed W_x fits too; all sizes equal; more units than features."""
    batch, features, units = draw.sizes(3, 2, 6)
    side = draw.size(3, 5)

    def step(rows: int, d: int, h: int, dtype: torch.dtype = torch.float32) -> Call:
        shapes = ((rows, d), (rows, h), (h, d), (h, h), (h,))
        x, state, W_x, W_h, b = (draw.normal(*shape, dtype=dtype) for shape in shapes)
        return Call((x, state.tanh(), W_x / d**0.5, W_h / h**0.5, b))

    return {
        "several": step(batch, features, units),
        "one_sequence": step(1, units, features),
        "as_many_features_as_units": step(side + 2, side, side),
        "all_sizes_equal": step(side, side, side),
        "many_units": step(2, 3, 20 + units),
        "float64": step(batch, features, units, torch.float64),
    }


def pytorch(x: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> Tensor:
    """nn.RNNCell's function."""
    return torch.rnn_tanh_cell(x, h, *two_biases((W_x, W_h, b)))


def preactivation(x: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> Tensor:
    """What PyTorch's cell applies its tanh to."""
    return pytorch(x.double(), h.double(), W_x.double(), W_h.double(), b.double()).atanh()


COMPONENT = Component(
    name="rnn_cell",
    draw=draw,
    oracle=pytorch,
    returns=("the new state",),
    forbidden=FORBIDDEN,
    properties=(
        Property(
            "gives_a_state_for_every_sequence",
            1,
            has_the_right_form(*CALLS, hint="x (B, D) and h (B, H) give a state (B, H)."),
        ),
        Property("agrees_with_pytorch", 2, agrees(*CALLS), needs=("gives_a_state_for_every_sequence",)),
        Property(
            "keeps_the_precision_of_float64", 1, agrees("float64", hint=PRECISION), needs=("agrees_with_pytorch",)
        ),
        Property(
            "leaves_its_inputs_alone_and_has_the_gradients_of_pytorch",
            1,
            every(leaves_its_inputs_alone("several"), gradients_agree("several")),
            needs=("agrees_with_pytorch",),
        ),
    ),
    mistakes=(
        Mistake(
            "no-tanh",
            "The tanh is missing, or another function is in its place. A state must stay between −1 and 1: fed back "
            "for a hundred steps, an unbounded one grows without limit. Try large inputs.",
            (
                preactivation,
                lambda *inputs: preactivation(*inputs).relu(),
                lambda *inputs: preactivation(*inputs).sigmoid(),
            ),
        ),
        Mistake(
            "transposed-weight",
            "A weight is used the wrong way round: W_x is (H, D) and W_h is (H, H), one row per unit. W_h is square, "
            "so no error tells you: try a W_h with a single 1 off the diagonal and see which unit hears which.",
            (
                lambda x, h, W_x, W_h, b: pytorch(x, h, W_x, W_h.mT, b),
                lambda x, h, W_x, W_h, b: pytorch(x, h, W_x.mT, W_h, b),
                lambda x, h, W_x, W_h, b: pytorch(x, h, W_x.mT, W_h.mT, b),
            ),
        ),
        Mistake(
            "state-ignored",
            "The old state has no effect, so nothing is remembered. Call your cell twice with the same x and "
            "different h.",
            (lambda x, h, W_x, W_h, b: pytorch(x, torch.zeros_like(h), W_x, W_h, b),),
        ),
        Mistake(
            "bias-forgotten",
            "The bias has no effect. Call your cell with x = 0 and h = 0: what should come out?",
            (lambda x, h, W_x, W_h, b: pytorch(x, h, W_x, W_h, torch.zeros_like(b)),),
        ),
    ),
)
