"""One step of an LSTM against nn.LSTMCell's function (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000)."""

import itertools
import math
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
from autograder.units.u01_recurrent_networks.truth import FORBIDDEN, PRECISION, State, Weights, two_biases

CALLS = ("several", "one_sequence", "all_sizes_equal", "full_cell", "many_units")
OPEN = 50.0
INPUT, FORGET, CANDIDATE, OUTPUT = range(4)


def draw(draw: Draw) -> dict[str, Call]:
    """Sizes all different, and all equal; cells far from zero; many units."""
    batch, features, units = draw.sizes(3, 2, 6)
    side = draw.size(3, 5)

    def step(rows: int, d: int, h: int, dtype: torch.dtype = torch.float32, cell: float = 1.0) -> Call:
        shapes = ((rows, d), (rows, h), (rows, h), (4 * h, d), (4 * h, h), (4 * h,))
        x, state, c, W_x, W_h, b = (draw.normal(*shape, dtype=dtype) for shape in shapes)
        return Call((x, state.tanh(), cell * c, W_x, W_h, b))

    return {
        "several": step(batch, features, units),
        "one_sequence": step(1, units, features),
        "all_sizes_equal": step(side, side, side),
        "full_cell": step(batch, features, units, cell=4.0),
        "many_units": step(2, 3, 12 + units),
        "float64": step(batch, features, units, torch.float64),
    }


def pytorch(x: Tensor, h: Tensor, c: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> State:
    """nn.LSTMCell's function."""
    new_h, new_c = torch.lstm_cell(x, (h, c), *two_biases((W_x, W_h, b)))
    return new_h, new_c


def rows(units: int, order: tuple[int, ...]) -> Tensor:
    """The rows of W_x, W_h and b with the four gates in another order."""
    return torch.cat([torch.arange(gate * units, (gate + 1) * units) for gate in order])


def reading(order: Callable[[int], Tensor]) -> Callable[..., State]:
    """PyTorch's cell with the rows taken in another order."""

    def wrong(x: Tensor, h: Tensor, c: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> State:
        taken = order(h.shape[1])
        return pytorch(x, h, c, W_x[taken], W_h[taken], b[taken])

    return wrong


def in_order(*order: int) -> Callable[..., State]:
    """The gates read as if they came in this order."""
    return reading(lambda units: rows(units, order))


def rigged(weights: Weights, *gates: int, gain: float = 0.0, shift: float = OPEN) -> Weights:
    """Weights that multiply some gates' preactivations and shift them: by default these gates are always 1."""
    W_x, W_h, b = (tensor.double() for tensor in weights)
    taken = rows(W_h.shape[1], gates)
    factor = torch.ones_like(b).index_fill(0, taken, gain)
    return (
        W_x * factor[:, None],
        W_h * factor[:, None],
        (b * factor).index_add(0, taken, torch.full_like(b, shift)[taken]),
    )


def output_gate(x: Tensor, h: Tensor, c: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> Tensor:
    """PyTorch's output gate, read off the state of a cell that holds exactly 1."""
    full = rigged((W_x, W_h, b), INPUT, CANDIDATE)
    return pytorch(x.double(), h.double(), torch.zeros_like(h).double(), *full)[0] / math.tanh(1)


def sigmoid_candidate(x: Tensor, h: Tensor, c: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> State:
    """As σ(z) = (1 + tanh(z/2)) / 2, the cell is the mean of two of PyTorch's: with g = 1, and with z halved."""
    doubles, weights = (x.double(), h.double(), c.double()), (W_x, W_h, b)
    with_one = pytorch(*doubles, *rigged(weights, CANDIDATE))[1]
    with_half = pytorch(*doubles, *rigged(weights, CANDIDATE, gain=0.5, shift=0.0))[1]
    cell = (with_one + with_half) / 2
    return output_gate(x, h, c, *weights) * cell.tanh(), cell


def returned_the_other_way_round(*inputs: Tensor) -> State:
    """The right tensors as (c, h)."""
    h, c = pytorch(*inputs)
    return c, h


SWAPPED = (FORGET, INPUT, CANDIDATE, OUTPUT)
RIGHT = (INPUT, FORGET, CANDIDATE, OUTPUT)

COMPONENT = Component(
    name="lstm_cell",
    draw=draw,
    oracle=pytorch,
    returns=("h", "c"),
    forbidden=FORBIDDEN,
    properties=(
        Property(
            "returns_a_state_and_a_cell_for_every_sequence",
            1,
            has_the_right_form(*CALLS, hint="h and c are both (B, H); the weights hold four gates of H rows each."),
        ),
        Property(
            "agrees_with_pytorch",
            3,
            agrees(*CALLS, hint="The rows of W_x, W_h and b are those of the gates i, f, g, o, in this order."),
            needs=("returns_a_state_and_a_cell_for_every_sequence",),
        ),
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
            "gate-order",
            "The gates are read in another order than i, f, g, o: the first H rows of the weights belong to the "
            "input gate, the next H to the forget gate, then the candidate, then the output gate. Set b to 50 for "
            "one gate at a time and watch which one opens.",
            (
                *(in_order(*order) for order in itertools.permutations(range(4)) if order not in (RIGHT, SWAPPED)),
                reading(lambda units: torch.arange(4 * units).view(units, 4).mT.flatten()),
            ),
        ),
        Mistake(
            "sigmoid-candidate",
            "The candidate goes through a sigmoid. Gates are shares between 0 and 1, but the candidate is content, "
            "which must be able to lower the cell as well as raise it.",
            (sigmoid_candidate,),
        ),
        Mistake(
            "forget-input-swapped",
            "Forget and input gate have changed places: what should be kept is overwritten. Open the forget gate "
            "only (its bias 50, the input gate's −50): the cell should stay as it was.",
            (in_order(*SWAPPED),),
        ),
        Mistake(
            "old-cell-in-output",
            "The state is made from the old cell. What this step writes into the cell should be visible in this "
            "step's state.",
            (lambda *inputs: (output_gate(*inputs) * inputs[2].tanh(), pytorch(*inputs)[1]),),
        ),
        Mistake(
            "no-output-tanh",
            "The tanh around the cell is missing where the state is made, or another function is in its place. The "
            "cell can grow far beyond 1; try c = 10.",
            (
                lambda *inputs: (output_gate(*inputs) * pytorch(*inputs)[1], pytorch(*inputs)[1]),
                lambda *inputs: (output_gate(*inputs) * pytorch(*inputs)[1].sigmoid(), pytorch(*inputs)[1]),
            ),
        ),
        Mistake(
            "returns-c-h",
            "The right two tensors the wrong way round: the state h comes first, then the cell c. Which of the two "
            "must lie between −1 and 1?",
            (returned_the_other_way_round,),
        ),
    ),
)
