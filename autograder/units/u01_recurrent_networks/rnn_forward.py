"""A recurrent network over a sequence against nn.RNN's function."""

from collections.abc import Callable
from typing import Any

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
from autograder.units.u01_recurrent_networks.truth import FORBIDDEN, PRECISION, rnn

CALLS = ("several", "one_step", "as_many_steps_as_sequences", "one_long_sequence")


def draw(draw: Draw) -> dict[str, Call]:
    """Sizes all different; a single step; B = T, where swapped axes fit too; a single, longer sequence."""
    batch, length, features, units = draw.sizes(4, 2, 6)

    def run(b: int, t: int, d: int, h: int, dtype: torch.dtype = torch.float32) -> Call:
        shapes = ((b, t, d), (b, h), (h, d), (h, h), (h,))
        inputs, h_0, W_x, W_h, bias = (draw.normal(*shape, dtype=dtype) for shape in shapes)
        return Call((inputs, h_0.tanh(), W_x / d**0.5, W_h / h**0.5, bias))

    return {
        "several": run(batch, length, features, units),
        "one_step": run(batch, 1, features, units),
        "as_many_steps_as_sequences": run(length, length, features, units),
        "one_long_sequence": run(1, draw.size(8, 12), units, features),
        "float64": run(batch, length, features, units, torch.float64),
    }


def step_by_step(start: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., tuple[Tensor, Tensor]]:
    """PyTorch's network for one step at a time, each of which starts from a function of (h_0, the state before)."""

    def wrong(inputs: Tensor, h_0: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        outputs, h = [], h_0
        for t in range(inputs.shape[1]):
            output, h = rnn(inputs[:, t : t + 1], start(h_0, h), (W_x, W_h, b))
            outputs.append(output)
        return torch.cat(outputs, dim=1), h

    return wrong


carried = step_by_step(lambda h_0, h: h)


def altered(
    outputs: Callable[[Tensor], Any] = lambda outputs: outputs,
    state: Callable[[Tensor, Tensor], Any] = lambda h_0, h_T: h_T,
    run: Callable[..., tuple[Tensor, Tensor]] = carried,
) -> Callable[..., Any]:
    """A run whose outputs, or whose last state, are returned in another form."""

    def wrong(inputs: Tensor, h_0: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> Any:
        found, h_T = run(inputs, h_0, W_x, W_h, b)
        return outputs(found), state(h_0, h_T)

    return wrong


def time_first(
    inputs: Tensor, h_0: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor, batch_first: bool = False
) -> tuple[Tensor, Tensor]:
    """PyTorch's network as it is when nobody says batch_first=True."""
    return rnn(inputs, h_0, (W_x, W_h, b), batch_first)


def read_time_first(inputs: Tensor, h_0: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """The inputs' numbers read as (T, B, D) in memory order, without moving an axis."""
    batch, length, features = inputs.shape
    return time_first(inputs.reshape(length, batch, features), h_0, W_x, W_h, b)


def as_many_steps_as_sequences(
    inputs: Tensor, h_0: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor
) -> tuple[Tensor, Tensor]:
    """The number of steps is read off the batch axis; more sequences than steps are an error."""
    return carried(inputs[:, list(range(len(inputs)))], h_0, W_x, W_h, b)


def swapped(x: Tensor) -> Tensor:
    """The first two axes exchanged."""
    return x.transpose(0, 1)


def reread(x: Tensor) -> Tensor:
    """Steps side by side in memory, read as if sequences were."""
    return swapped(x).reshape(x.shape)


COMPONENT = Component(
    name="rnn_forward",
    draw=draw,
    oracle=lambda inputs, h_0, W_x, W_h, b: rnn(inputs, h_0, (W_x, W_h, b)),
    returns=("outputs", "h_T"),
    forbidden=FORBIDDEN,
    properties=(
        Property(
            "returns_all_outputs_and_the_last_state",
            1,
            has_the_right_form(*CALLS, hint="outputs is (B, T, H), h_T is (B, H)."),
        ),
        Property(
            "agrees_with_pytorch",
            3,
            agrees(*CALLS, hint="outputs[:, t] is the state after step t, h_T the last one."),
            needs=("returns_all_outputs_and_the_last_state",),
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
            "state-not-carried",
            "The state isn't handed on: every step starts from the same one. Change the first input and look at the "
            "last output; it should change too.",
            (
                step_by_step(lambda h_0, h: h_0),
                step_by_step(lambda h_0, h: torch.zeros_like(h)),
                altered(state=lambda h_0, h_T: h_0, run=step_by_step(lambda h_0, h: h_0)),
                altered(state=lambda h_0, h_T: h_0, run=step_by_step(lambda h_0, h: torch.zeros_like(h))),
            ),
        ),
        Mistake(
            "batch-time-swapped",
            "Sequences and steps have changed places. inputs is (B, T, D): step t of the whole batch is inputs[:, t], "
            "and the outputs' second axis is time. Where B = T no shape warns you.",
            (
                time_first,
                altered(swapped, run=time_first),
                altered(swapped),
                altered(reread),
                read_time_first,
                altered(swapped, run=read_time_first),
                altered(reread, run=read_time_first),
                as_many_steps_as_sequences,
                lambda *inputs: (carried(*inputs)[0], carried(*inputs)[0][-1]),
                lambda *inputs: (swapped(carried(*inputs)[0]), swapped(carried(*inputs)[0])[:, -1]),
            ),
        ),
        Mistake(
            "only-last-output",
            "Only the last state comes out. outputs holds the state after *every* step, (B, T, H): collect them while "
            "you loop.",
            (
                altered(lambda outputs: outputs[:, -1]),
                altered(lambda outputs: outputs[:, -1:]),
                altered(lambda outputs: outputs[:, -1][None]),
                altered(lambda outputs: outputs[:, -1:].expand_as(outputs)),
                altered(lambda outputs: torch.cat([torch.zeros_like(outputs[:, :-1]), outputs[:, -1:]], dim=1)),
                lambda *inputs: carried(*inputs)[1],
            ),
        ),
    ),
)
