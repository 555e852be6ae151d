"""A layer of neurons against F.linear and F.relu."""

import torch
import torch.nn.functional as F
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

CALLS = ("several", "one_input", "as_many_in_as_out", "all_sizes_equal", "wide")


def draw(draw: Draw) -> dict[str, Call]:
    """Sizes all different; one input; a square weight, which fits transposed too; a layer of a width to notice."""
    batch, d_in, d_out = draw.sizes(3, 3, 8)
    side = draw.size(4, 7)

    def layer(rows: int, inputs: int, outputs: int, dtype: torch.dtype = torch.float32) -> Call:
        shapes = ((rows, inputs), (outputs, inputs), (outputs,))
        return Call(tuple(draw.normal(*shape, dtype=dtype) for shape in shapes))

    return {
        "several": layer(batch, d_in, d_out),
        "one_input": layer(1, d_in, d_out),
        "as_many_in_as_out": layer(side + 1, side, side),
        "all_sizes_equal": layer(side, side, side),
        "wide": layer(2, 16 + d_in, 24 + d_out),
        "float64": layer(batch, d_out, d_in, torch.float64),
    }


def pytorch(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """PyTorch's linear map and rectifier."""
    return F.relu(F.linear(x, weight, bias))


COMPONENT = Component(
    name="dense",
    draw=draw,
    oracle=pytorch,
    returns=("the layer's output",),
    properties=(
        Property(
            "gives_every_input_one_number_per_neuron",
            1,
            has_the_right_form(*CALLS, hint="x (B, D_in) and weight (D_out, D_in) give (B, D_out)."),
        ),
        Property(
            "agrees_with_pytorch",
            2,
            agrees(*CALLS, hint="Row k of weight and bias[k] belong to neuron k; what is negative becomes 0."),
            needs=("gives_every_input_one_number_per_neuron",),
        ),
        Property(
            "keeps_the_precision_of_float64",
            1,
            agrees("float64", hint="Compute in the dtype of the input: look for .float() and for new tensors."),
            needs=("agrees_with_pytorch",),
        ),
        Property(
            "leaves_its_inputs_alone_and_passes_gradients_back",
            1,
            every(leaves_its_inputs_alone("several", "one_input"), gradients_agree("several")),
            needs=("agrees_with_pytorch",),
        ),
    ),
    mistakes=(
        Mistake(
            "transposed-weight",
            "The weight is used the wrong way round: it is (D_out, D_in), one *row* per neuron, so a neuron's dot "
            "product runs along a row. Where D_in = D_out the shapes can't tell you; try a weight that has a single 1 "
            "off the diagonal.",
            (lambda x, weight, bias: pytorch(x, weight.mT, bias),),
        ),
        Mistake(
            "no-nonlinearity",
            "Negative numbers come out, so the nonlinearity is missing. Without it, any number of layers on top of "
            "each other is still a single linear map. What should the neuron return for −1.5?",
            (F.linear,),
        ),
        Mistake(
            "bias-forgotten",
            "The bias has no effect. Call your function with x = 0 and a positive bias: the bias itself should come "
            "out.",
            (lambda x, weight, bias: pytorch(x, weight, torch.zeros_like(bias)),),
        ),
    ),
)
