"""An LSTM over a padded batch against nn.LSTM's function on a packed one."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check, compare, every, gradients_agree, leaves_its_inputs_alone
from autograder.judging.trial import Trial
from autograder.units.u01_recurrent_networks.truth import FORBIDDEN, PRECISION, State, packed_lstm

FULL = ("several", "one_step", "one_long_sequence", "from_state")
RAGGED = ("ragged", "all_shorter", "ragged_from_state")


def draw(draw: Draw) -> dict[str, Call]:
    """With and without lengths and states; sizes all different; one step, many; all sequences shorter than T."""
    length = draw.choice([3, 4])
    batch, features, units = draw.random.sample([size for size in (2, 3, 4, 5) if size != length], 3)

    def call(b: int = batch, t: int = length, dtype: torch.dtype = torch.float32) -> Call:
        weights = {name: tensor.to(dtype) for name, tensor in parameters(draw, features, units).items()}
        return Call((draw.normal(b, t, features, dtype=dtype),), init=(features, units), state=weights)

    def extended(base: Call, *args: Any, **kwargs: Any) -> Call:
        return Call((*base.args, *args), kwargs, init=base.init, state=base.state)

    def state() -> State:
        return draw.normal(batch, units).tanh(), draw.normal(batch, units)

    return {
        "several": call(),
        "one_step": call(t=1),
        "one_long_sequence": call(b=1, t=draw.size(8, 11)),
        "from_state": extended(call(), None, state()),
        "ragged": extended(call(b=batch + 1), with_a_single_step(draw.lengths(batch + 1, length))),
        "all_shorter": extended(call(), lengths=draw.lengths(batch, length - 1)),
        "ragged_from_state": extended(call(), draw.lengths(batch, length), state=state()),
        "float64": extended(call(dtype=torch.float64), draw.lengths(batch, length)),
    }


def with_a_single_step(lengths: Tensor) -> Tensor:
    """The same lengths with the shortest made 1."""
    return lengths.index_fill(0, lengths.argmin(), 1)


def parameters(draw: Draw, features: int, units: int) -> dict[str, Tensor]:
    """Random weights, and a bias that isn't zero."""
    W_x, W_h = draw.normal(4 * units, features), draw.normal(4 * units, units)
    return {"W_x": W_x / features**0.5, "W_h": W_h / units**0.5, "b": draw.normal(4 * units)}


def pytorch(
    init: tuple[int, int],
    weights: dict[str, Tensor],
    inputs: Tensor,
    lengths: Tensor | None = None,
    state: State | None = None,
) -> tuple[Tensor, State]:
    """nn.LSTM's function on a packed batch."""
    return packed_lstm(inputs, (weights["W_x"], weights["W_h"], weights["b"]), lengths, state)


def whole_run(
    init: tuple[int, int],
    weights: dict[str, Tensor],
    inputs: Tensor,
    lengths: Tensor | None = None,
    state: State | None = None,
) -> tuple[Tensor, State]:
    """Over the padding as if it were data."""
    return pytorch(init, weights, inputs, None, state)


def outputs_of_a_whole_run(
    init: tuple[int, int],
    weights: dict[str, Tensor],
    inputs: Tensor,
    lengths: Tensor | None = None,
    state: State | None = None,
) -> tuple[Tensor, State]:
    """Outputs over the padding as if it were data, with the right state."""
    return whole_run(init, weights, inputs, lengths, state)[0], pytorch(init, weights, inputs, lengths, state)[1]


def state_from(choose: Callable[[Tensor, State, State], tuple[Tensor, Tensor]]) -> Callable[..., tuple[Tensor, State]]:
    """The right outputs with a state chosen from (outputs, right state, state after the padding)."""

    def wrong(
        init: tuple[int, int],
        weights: dict[str, Tensor],
        inputs: Tensor,
        lengths: Tensor | None = None,
        state: State | None = None,
    ) -> tuple[Tensor, State]:
        outputs, right = pytorch(init, weights, inputs, lengths, state)
        return outputs, choose(outputs, right, whole_run(init, weights, inputs, lengths, state)[1])

    return wrong


def restarting(
    cell: Callable[[int, Tensor, Tensor], Tensor], hidden: Callable[[int, Tensor, Tensor], Tensor]
) -> Callable[..., tuple[Tensor, State]]:
    """PyTorch's LSTM for one step at a time, from parts chosen from (step, initial, previous); frozen cells free."""

    def wrong(
        init: tuple[int, int],
        weights: dict[str, Tensor],
        inputs: Tensor,
        lengths: Tensor | None = None,
        state: State | None = None,
    ) -> tuple[Tensor, State]:
        batch, length, _ = inputs.shape
        ends = torch.full((batch,), length) if lengths is None else lengths
        nothing = inputs.new_zeros(batch, init[1])
        first_h, first_c = state or (nothing, nothing)
        h, c, steps = first_h, first_c, []
        for t in range(length):
            before = hidden(t, first_h, h), cell(t, first_c, c)
            h, c = pytorch(init, weights, inputs[:, t : t + 1], None, before)[1]
            steps.append(h)
        outputs = torch.stack(steps, dim=1)
        last = outputs[torch.arange(batch), ends - 1]
        past = torch.arange(length) >= ends[:, None]
        free = c.masked_fill((ends < length)[:, None], torch.nan)
        return outputs.masked_fill(past[..., None], 0.0), (last, free)

    return wrong


def zero(step: int, initial: Tensor, previous: Tensor) -> Tensor:
    """Start every step from zero."""
    return torch.zeros_like(initial)


def zero_after_the_first(step: int, initial: Tensor, previous: Tensor) -> Tensor:
    """Start every step but the first from zero."""
    return initial if step == 0 else torch.zeros_like(initial)


def as_at_first(step: int, initial: Tensor, previous: Tensor) -> Tensor:
    """Start every step from the initial state."""
    return initial


def handed_on(step: int, initial: Tensor, previous: Tensor) -> Tensor:
    """Start from where the step before ended."""
    return previous


def parts(trial: Trial, name: str, hint: str) -> list[tuple[str, Any, Tensor]]:
    """The student's and the oracle's outputs, h and c, by name."""
    # Asked for with its arguments as they are afterwards, the answer serves leaves_its_inputs_alone too.
    outputs, state = expect.items(trial.look_back(name).value, ("outputs", "(h, c)"), hint)
    h, c = _pair(state, hint)
    right_outputs, (right_h, right_c) = trial.expected(name)
    return [("outputs", outputs, right_outputs), ("h", h, right_h), ("c", c, right_c)]


def _pair(state: Any, hint: str) -> tuple[Any, Any]:
    if not isinstance(state, (tuple, list)) or len(state) != 2:
        raise Mismatch(
            what="the second returned value", expected="a tuple (h, c)", actual=expect.describe(state), hint=hint
        )
    return state[0], state[1]


def has_shapes(*names: str, hint: str) -> Check:
    """Outputs (B, T, H) and a state of two (B, H)."""

    def check(trial: Trial) -> None:
        for name in names:
            told = f"{hint} The call was {trial.describe(name)}."
            for what, actual, expected in parts(trial, name, told):
                expect.tensor(actual, what=what, shape=expected.shape, dtype=expected.dtype, hint=told)

    return check


def agrees(*names: str, hint: str = "") -> Check:
    """Outputs, h and c equal the oracle's on the named calls."""

    def check(trial: Trial) -> None:
        for name in names:
            told = f"{hint} The call was {trial.describe(name)}.".strip()
            for what, actual, expected in parts(trial, name, told):
                compare(actual, expected, what=what, hint=told)

    return check


def has_the_named_parameters(trial: Trial) -> None:
    """W_x, W_h and b by name and shape, as parameters that an optimiser would move."""
    call = trial.calls["several"]
    made = trial.construct(*(call.init or ()))
    found = trial.subject.get_state(made)
    for name, tensor in (call.state or {}).items():
        if name not in found:
            raise Mismatch(
                what=f"LSTM{call.init}",
                expected=f"a parameter {name}",
                actual=f"only {', '.join(sorted(found)) or 'no parameters'}",
                hint="self.W_x, self.W_h and self.b are nn.Parameters; a plain tensor isn't seen by an optimiser.",
            )
        expect.tensor(found[name], what=name, shape=tensor.shape, hint="Four gates of H rows each.")
        learns = trial.subject.attribute(made, name)
        if not isinstance(learns, Tensor) or not learns.requires_grad:
            raise Mismatch(what=name, expected="an nn.Parameter", actual="a tensor that isn't trained")


def starts_afresh_at_every_call(trial: Trial) -> None:
    """A second call of the same module doesn't go on from the first one's state."""
    call = trial.calls["one_step"]
    made = trial.target(call)
    trial.subject.call(made, call.args, call.kwargs)
    outputs, _ = expect.items(trial.subject.call(made, call.args, call.kwargs), ("outputs", "(h, c)"))
    hint = "Without a state the module starts from zero. Keep the running state in local variables, not in self."
    compare(outputs, trial.expected("one_step")[0], what="the outputs of a second call of the same module", hint=hint)


COMPONENT = Component(
    name="LSTM",
    draw=draw,
    oracle=pytorch,
    returns=("outputs", "(h, c)"),
    forbidden=FORBIDDEN,
    properties=(
        Property("has_the_three_named_parameters", 1, has_the_named_parameters),
        Property(
            "returns_all_outputs_and_the_last_state",
            1,
            has_shapes(*FULL, hint="outputs is (B, T, H); h and c are (B, H)."),
            needs=("has_the_three_named_parameters",),
        ),
        Property(
            "agrees_with_pytorch_on_sequences_of_one_length",
            2,
            agrees(*FULL, hint="The weights are nn.LSTM's, copied into your module; gates i, f, g, o."),
            needs=("returns_all_outputs_and_the_last_state",),
        ),
        Property(
            "stops_each_sequence_at_its_length",
            2,
            every(
                has_shapes(*RAGGED, hint="outputs is (B, T, H), whatever the lengths; h and c are (B, H)."),
                agrees(*RAGGED, hint="Past its length a sequence's state stands still, and its outputs are 0."),
            ),
            needs=("agrees_with_pytorch_on_sequences_of_one_length",),
        ),
        Property(
            "keeps_the_precision_of_float64",
            1,
            agrees("float64", hint=PRECISION),
            needs=("stops_each_sequence_at_its_length",),
        ),
        Property(
            "starts_afresh_at_every_call_and_leaves_its_inputs_alone",
            1,
            every(starts_afresh_at_every_call, leaves_its_inputs_alone("ragged_from_state", "from_state")),
            needs=("agrees_with_pytorch_on_sequences_of_one_length",),
        ),
        Property(
            "has_the_gradients_of_pytorch",
            1,
            gradients_agree("ragged_from_state"),
            needs=("stops_each_sequence_at_its_length",),
        ),
    ),
    mistakes=(
        Mistake(
            "state-from-padding",
            "The outputs stop at each length, but the last state doesn't: it has gone on through the padding (or is "
            "read off the last position, which is padding). Two batches that differ in their padding only must give "
            "the same h and c.",
            (
                state_from(lambda outputs, right, after: after),
                state_from(lambda outputs, right, after: (after[0], right[1])),
                state_from(lambda outputs, right, after: (right[0], after[1])),
                state_from(lambda outputs, right, after: (outputs[:, -1], torch.full_like(right[1], torch.nan))),
            ),
            calls=RAGGED,
        ),
        Mistake(
            "lengths-ignored",
            "The lengths change nothing, or not the outputs. Call your module with and without them on a padded batch: "
            "past each length the outputs must be 0, and h and c must be those of the sequence's last real step.",
            (whole_run, outputs_of_a_whole_run),
            calls=RAGGED,
        ),
        Mistake(
            "cell-reset",
            "The cell starts anew at every step, so nothing survives in it. The cell is what an LSTM remembers with: "
            "hand both h *and* c on to the next step.",
            tuple(
                restarting(cell, hidden)
                for hidden in (handed_on, zero, as_at_first, zero_after_the_first)
                for cell in (zero, as_at_first, zero_after_the_first)
            ),
        ),
    ),
)
