"""A bidirectional LSTM over a padded batch against nn.LSTM's function, bidirectional, on a packed one."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.trial import Trial
from autograder.units.u01_recurrent_networks.lstm import parameters as parameters_of_one
from autograder.units.u01_recurrent_networks.lstm import with_a_single_step
from autograder.units.u01_recurrent_networks.truth import FORBIDDEN, PRECISION, Weights, packed_lstm, two_biases

Parameters = dict[str, Tensor]
Version = Callable[[tuple[int, int], Parameters, Tensor, Tensor], Tensor]

HALVES = ("forward_lstm", "backward_lstm")
FULL = ("one_length", "one_step", "one_long_sequence")
RAGGED = ("ragged", "all_shorter")
CALLS = (*FULL, *RAGGED)


def draw(draw: Draw) -> dict[str, Call]:
    """Ragged batches and batches of one length; sizes all different; one step, many; all sequences shorter than T."""
    length = draw.choice([3, 4])
    batch, features, units = draw.random.sample([size for size in (2, 3, 4, 5) if size != length], 3)

    def call(lengths: Tensor, t: int = length, dtype: torch.dtype = torch.float32) -> Call:
        weights = {name: tensor.to(dtype) for name, tensor in parameters(draw, features, units).items()}
        inputs = draw.normal(len(lengths), t, features, dtype=dtype)
        return Call((inputs, lengths), init=(features, units), state=weights)

    many = draw.size(7, 9)
    return {
        "one_length": call(torch.full((batch,), length)),
        "one_step": call(torch.ones(batch, dtype=torch.int64), t=1),
        "one_long_sequence": call(torch.tensor([many]), t=many),
        "ragged": call(with_a_single_step(draw.lengths(batch + 1, length))),
        "all_shorter": call(draw.lengths(batch, length - 1)),
        "float64": call(draw.lengths(batch, length), dtype=torch.float64),
    }


def parameters(draw: Draw, features: int, units: int) -> Parameters:
    """Two LSTMs' weights."""
    return {f"{half}.{name}": t for half in HALVES for name, t in parameters_of_one(draw, features, units).items()}


def weights_of(half: str, state: Parameters) -> Weights:
    """One of the two LSTMs' weights."""
    return state[f"{half}.W_x"], state[f"{half}.W_h"], state[f"{half}.b"]


def pytorch(init: tuple[int, int], state: Parameters, inputs: Tensor, lengths: Tensor) -> Tensor:
    """nn.LSTM's function, bidirectional, on a packed batch."""
    packed = pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False)
    nothing = inputs.new_zeros(2, len(inputs), init[1])
    both = [tensor for half in HALVES for tensor in two_biases(weights_of(half, state))]
    data, _, _ = torch.lstm(packed.data, packed.batch_sizes, (nothing, nothing), both, True, 1, 0.0, False, True)
    outputs, _ = pad_packed_sequence(packed._replace(data=data), batch_first=True, total_length=inputs.shape[1])
    return outputs


def beside(backward: Callable[[Callable[..., Tensor], Tensor, Tensor], Tensor]) -> Version:
    """PyTorch's forward half next to another backward half, made from (one run of PyTorch's LSTM, inputs, lengths)."""

    def wrong(init: tuple[int, int], state: Parameters, inputs: Tensor, lengths: Tensor) -> Tensor:
        def run(x: Tensor, lengths: Tensor | None = None) -> Tensor:
            return packed_lstm(x, weights_of("backward_lstm", state), lengths)[0]

        forward = pytorch(init, state, inputs, lengths)[..., : init[1]]
        return torch.cat([forward, backward(run, inputs, lengths)], dim=-1)

    return wrong


def real(x: Tensor, lengths: Tensor) -> Tensor:
    """The same with zeros past each length."""
    return x.masked_fill((torch.arange(x.shape[1]) >= lengths[:, None])[..., None], 0.0)


def mirrored(x: Tensor, lengths: Tensor) -> Tensor:
    """Every sequence back to front, its padding left where it is."""
    rows = [torch.cat([row[:n].flip(0), row[n:]]) for row, n in zip(x, lengths.tolist(), strict=True)]
    return torch.stack(rows)


def combined(combine: Callable[[Tensor, Tensor], Tensor]) -> Version:
    """Both of PyTorch's halves made into one."""
    return lambda init, state, inputs, lengths: combine(*pytorch(init, state, inputs, lengths).chunk(2, dim=-1))


def with_weights_of(half: str) -> Version:
    """One LSTM's weights in both directions."""
    return lambda init, state, inputs, lengths: pytorch(
        init, {name: state[f"{half}.{name.partition('.')[2]}"] for name in state}, inputs, lengths
    )


def has_two_lstms_of_its_own(trial: Trial) -> None:
    """Both LSTMs' parameters by name and shape, and neither is the other's."""
    call = trial.calls["ragged"]
    made = trial.construct(*(call.init or ()))
    wanted, found = dict(call.state or {}), trial.subject.get_state(made)
    for name, tensor in wanted.items():
        if name not in found:
            raise Mismatch(
                what=f"BiLSTM{call.init}",
                expected=f"a parameter {name}",
                actual=f"only {', '.join(sorted(found)) or 'no parameters'}",
                hint="self.forward_lstm and self.backward_lstm are two LSTM(input_size, hidden_size).",
            )
        expect.tensor(found[name], what=name, shape=tensor.shape, hint="Both directions read the same inputs.")
    trial.subject.set_state(made, wanted)
    kept = trial.subject.get_state(made)
    for name, tensor in wanted.items():
        if not torch.equal(kept[name], tensor):
            raise Mismatch(
                what=name,
                expected="a parameter of its own",
                actual="one that changes with the other direction's",
                hint="Construct two LSTMs: the same object under two names is one LSTM.",
            )


def shows_shared_weights(trial: Trial) -> bool:
    """Only one LSTM, or one under two names, or both directions computed with one's weights."""
    call = trial.calls["ragged"]
    made = trial.construct(*(call.init or ()))
    there = [any(name.startswith(half) for name in trial.subject.get_state(made)) for half in HALVES]
    if sum(there) == 1:
        return True
    return any(_is_everywhere(with_weights_of(half), trial) for half in HALVES)


def _is_everywhere(version: Version, trial: Trial) -> bool:
    wrong = {name: trial.evaluate(version, trial.calls[name]) for name in CALLS}
    return all(torch.allclose(trial.result(name), wrong[name], rtol=1e-3, atol=1e-4) for name in CALLS)


COMPONENT = Component(
    name="BiLSTM",
    draw=draw,
    oracle=pytorch,
    returns=("outputs",),
    forbidden=FORBIDDEN,
    properties=(
        Property("has_two_lstms_of_its_own", 1, has_two_lstms_of_its_own),
        Property(
            "gives_every_position_a_state_from_each_direction",
            1,
            has_the_right_form(*FULL, hint="outputs is (B, T, 2H), the forward half first."),
            needs=("has_two_lstms_of_its_own",),
        ),
        Property(
            "agrees_with_pytorch_on_sequences_of_one_length",
            2,
            agrees(*FULL, hint="outputs[:, t, H:] has read the inputs from the last one back to t."),
            needs=("gives_every_position_a_state_from_each_direction",),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("ragged"),
            needs=("gives_every_position_a_state_from_each_direction",),
        ),
        Property(
            "reads_each_sequence_backwards_from_its_own_last_step",
            2,
            every(
                has_the_right_form(*RAGGED, hint="outputs is (B, T, 2H), whatever the lengths."),
                agrees(*RAGGED, hint="The backward half of a sequence starts at its last real step; padding gives 0."),
            ),
            needs=("agrees_with_pytorch_on_sequences_of_one_length",),
        ),
        Property(
            "keeps_the_precision_of_float64",
            1,
            agrees("float64", hint=PRECISION),
            needs=("reads_each_sequence_backwards_from_its_own_last_step",),
        ),
        Property(
            "has_the_gradients_of_pytorch",
            1,
            gradients_agree("ragged"),
            needs=("reads_each_sequence_backwards_from_its_own_last_step",),
        ),
    ),
    mistakes=(
        Mistake(
            "padding-reversed",
            "Turning a padded batch round as a whole puts the padding first, so the backward direction reads it "
            "before the sequence (or the way back mixes the two up). Turn each sequence round within its own length: "
            "change the padding and see whether your outputs change.",
            (
                beside(lambda run, inputs, lengths: run(inputs.flip(1)).flip(1)),
                beside(lambda run, inputs, lengths: real(run(inputs.flip(1)).flip(1), lengths)),
                beside(lambda run, inputs, lengths: run(inputs.flip(1), lengths).flip(1)),
                beside(lambda run, inputs, lengths: real(run(inputs.flip(1), lengths).flip(1), lengths)),
                beside(lambda run, inputs, lengths: mirrored(run(inputs.flip(1), lengths), lengths)),
                beside(lambda run, inputs, lengths: run(real(inputs, lengths).flip(1)).flip(1)),
                beside(lambda run, inputs, lengths: real(run(real(inputs, lengths).flip(1)).flip(1), lengths)),
                beside(lambda run, inputs, lengths: run(mirrored(inputs, lengths), lengths).flip(1)),
                beside(lambda run, inputs, lengths: real(run(mirrored(inputs, lengths), lengths).flip(1), lengths)),
            ),
            calls=RAGGED,
        ),
        Mistake(
            "not-flipped-back",
            "The backward outputs stay in the order in which they were computed. Position t of both halves must be "
            "about the same input: turn the second half's outputs round again.",
            (
                beside(lambda run, inputs, lengths: run(mirrored(inputs, lengths), lengths)),
                beside(lambda run, inputs, lengths: run(inputs.flip(1), lengths)),
                beside(lambda run, inputs, lengths: run(inputs.flip(1))),
                beside(lambda run, inputs, lengths: real(run(inputs.flip(1)), lengths)),
            ),
        ),
        Mistake(
            "summed-not-concatenated",
            "The two directions are added. Side by side, (B, T, 2H), the next layer can tell what came from the past "
            "and what from the future.",
            (combined(lambda forward, backward: forward + backward), combined(lambda f, b: (f + b) / 2)),
        ),
        Mistake(
            "shared-weights",
            "Both directions use the same weights. Reading backwards is another task than reading forwards: each "
            "direction has an LSTM of its own, and the second one must be called too.",
            shown_by=shows_shared_weights,
        ),
    ),
)
