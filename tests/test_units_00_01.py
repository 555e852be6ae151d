"""Units 00 and 01: the oracles obey their laws, wrong versions can be told apart, the fixture and the watch work."""

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from autograder.judging.component import Component
from autograder.judging.draws import Draw
from autograder.judging.fixtures import Parameters, one_by_one
from autograder.judging.inprocess import InProcessSubject
from autograder.judging.judge import MARGIN, _alike, judge
from autograder.judging.remote import RemoteSubject, serve
from autograder.judging.trial import Trial
from autograder.judging.wire import Channel
from autograder.units import load_unit
from autograder.units.u01_recurrent_networks import bilstm, clip_gradients, gradient_norms, lstm, lstm_cell, truth

COMPONENTS = [c for unit in ("00-start-here", "01-recurrent-networks") for c in load_unit(unit).components]
sizes = st.integers(1, 5)


def weights(features: int, units: int, gates: int, seed: int) -> truth.Weights:
    draw = Draw(seed, "weights")
    rows = gates * units
    shapes = ((rows, features), (rows, units), (rows,))
    W_x, W_h, b = (draw.normal(*shape, dtype=torch.float64) for shape in shapes)
    return W_x, W_h, b


def filled(module: nn.Module, *halves: truth.Weights) -> nn.Module:
    """PyTorch's module with the given weights, one set per direction, and no second bias."""
    tensors = [tensor for half in halves for tensor in truth.two_biases(half)]
    with torch.no_grad():
        for parameter, tensor in zip(module.parameters(), tensors, strict=True):
            parameter.copy_(tensor)
    return module


@settings(deadline=None, max_examples=25)
@given(sizes, sizes, sizes, sizes, st.integers(0, 99))
def test_the_lstm_oracle_is_nn_lstm_run_on_each_sequence_alone(b: int, t: int, d: int, h: int, seed: int) -> None:
    draw, of_one = Draw(seed, "lstm"), weights(d, h, 4, seed)
    inputs, lengths = draw.normal(b, t, d, dtype=torch.float64), torch.tensor([draw.size(1, t) for _ in range(b)])
    state = draw.normal(b, h, dtype=torch.float64), draw.normal(b, h, dtype=torch.float64)
    module = filled(nn.LSTM(d, h, batch_first=True).double(), of_one)
    outputs, (last_h, last_c) = truth.packed_lstm(inputs, of_one, lengths, state)
    for row, n in enumerate(lengths.tolist()):
        alone, (h_n, c_n) = module(inputs[row, :n], (state[0][row][None], state[1][row][None]))
        torch.testing.assert_close(outputs[row, :n], alone)
        torch.testing.assert_close((last_h[row], last_c[row]), (h_n[0], c_n[0]))
        assert not outputs[row, n:].any()


@settings(deadline=None, max_examples=25)
@given(sizes, sizes, sizes, sizes, st.integers(0, 99))
def test_the_bidirectional_oracle_is_nn_lstm_run_on_each_sequence_alone(
    b: int, t: int, d: int, h: int, seed: int
) -> None:
    draw = Draw(seed, "bilstm")
    inputs, lengths = draw.normal(b, t, d, dtype=torch.float64), torch.tensor([draw.size(1, t) for _ in range(b)])
    state = {name: tensor.double() for name, tensor in bilstm.parameters(draw, d, h).items()}
    halves = (bilstm.weights_of(half, state) for half in ("forward_lstm", "backward_lstm"))
    module = filled(nn.LSTM(d, h, batch_first=True, bidirectional=True).double(), *halves)
    outputs = bilstm.pytorch((d, h), state, inputs, lengths)
    for row, n in enumerate(lengths.tolist()):
        torch.testing.assert_close(outputs[row, :n], module(inputs[row, :n])[0])
        assert not outputs[row, n:].any()


@settings(deadline=None, max_examples=25)
@given(sizes, sizes, sizes, sizes, st.integers(0, 99))
def test_the_rnn_oracle_is_nn_rnn(b: int, t: int, d: int, h: int, seed: int) -> None:
    draw, of_one = Draw(seed, "rnn"), weights(d, h, 1, seed)
    inputs, h_0 = draw.normal(b, t, d, dtype=torch.float64), draw.normal(b, h, dtype=torch.float64)
    outputs, h_T = filled(nn.RNN(d, h, batch_first=True).double(), of_one)(inputs, h_0[None])
    torch.testing.assert_close(truth.rnn(inputs, h_0, of_one), (outputs, h_T[0]))


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def test_gates_read_off_pytorchs_cell_are_those_of_the_formula() -> None:
    x, h, c, W_x, W_h, b = lstm_cell.draw(Draw(1, "gates"))["float64"].args
    i, f, g, o = np.split((x @ W_x.mT + h @ W_h.mT + b).numpy(), 4, axis=1)
    cell = sigmoid(f) * c.numpy() + sigmoid(i) * sigmoid(g)
    np.testing.assert_allclose(lstm_cell.output_gate(x, h, c, W_x, W_h, b), sigmoid(o))
    wrong_h, wrong_c = lstm_cell.sigmoid_candidate(x, h, c, W_x, W_h, b)
    np.testing.assert_allclose(wrong_c, cell)
    np.testing.assert_allclose(wrong_h, sigmoid(o) * np.tanh(cell))


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 6), st.integers(1, 5), st.integers(0, 99))
def test_gradient_norms_are_those_of_the_jacobian_of_a_real_network(length: int, units: int, seed: int) -> None:
    draw, of_one = Draw(seed, "norms"), weights(3, units, 1, seed)
    inputs = 0.3 * draw.normal(1, length, 3, dtype=torch.float64)
    states = truth.rnn(inputs, torch.zeros(1, units, dtype=torch.float64), of_one)[0][0].clamp(-1 + 1e-9, 1 - 1e-9)
    found = gradient_norms.autograd(of_one[1], states)
    for t in range(length - 1):
        rest = inputs[:, t + 1 :]
        jacobian = torch.autograd.functional.jacobian(
            lambda h, rest=rest: truth.rnn(rest, h, of_one)[1], states[t : t + 1]
        )
        expected = torch.linalg.matrix_norm(jacobian[0, :, 0], 2)
        torch.testing.assert_close(found[t], expected, rtol=1e-5, atol=1e-9)
    assert float(found[-1]) == 1.0


def test_gradient_norms_of_a_linear_looking_network_are_powers() -> None:
    rotation = torch.tensor([[0.0, -2.0], [2.0, 0.0]])
    torch.testing.assert_close(gradient_norms.autograd(rotation, torch.zeros(4, 2)), torch.tensor([8.0, 4.0, 2.0, 1.0]))


def named_wrong_versions() -> list[Any]:
    return [
        pytest.param(component, version, id=f"{component.name}-{mistake.id}-{number}")
        for component in COMPONENTS
        for mistake in component.mistakes
        for number, version in enumerate(mistake.wrong)
    ]


@pytest.mark.parametrize(("component", "version"), named_wrong_versions())
def test_whatever_the_seed_some_call_tells_a_wrong_version_from_the_truth(
    component: Component, version: Callable[..., Any]
) -> None:
    mistake = next(mistake for mistake in component.mistakes if version in mistake.wrong)
    for seed in range(12):
        trial = Trial(component, InProcessSubject(None), seed)
        assert any(tells(version, name, trial) for name in mistake.calls or trial.calls), seed


def tells(version: Callable[..., Any], name: str, trial: Trial) -> bool:
    try:
        return not _alike(trial.expected(name), trial.evaluate(version, trial.calls[name]), MARGIN)
    except (RuntimeError, IndexError, ValueError):
        return False


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.name)
def test_the_oracle_answers_every_call_with_finite_numbers(component: Component) -> None:
    for seed in range(5):
        trial = Trial(component, InProcessSubject(None), seed)
        for name in trial.calls:
            text = repr(trial.expected(name))
            assert "nan" not in text and "inf" not in text, (name, seed)


@pytest.mark.parametrize(
    "call",
    [
        lambda: nn.RNNCell(2, 3),
        lambda: nn.LSTMCell(2, 3),
        lambda: nn.LSTM(2, 3),
        lambda: getattr(nn, "L" + "STM")(2, 3),
        lambda: torch.lstm_cell(torch.ones(1, 2), (torch.ones(1, 1),) * 2, torch.ones(4, 2), torch.ones(4, 1)),
        lambda: torch.rnn_tanh_cell(torch.ones(1, 2), torch.ones(1, 1), torch.ones(1, 2), torch.ones(1, 1)),
        lambda: torch.ops.aten.lstm_cell(torch.ones(1, 2), [torch.ones(1, 1)] * 2, torch.ones(4, 2), torch.ones(4, 1)),
        lambda: torch.nn.utils.clip_grad_norm_([], 1.0),
    ],
)
def test_what_unit_01_forbids_is_found_when_it_is_executed(call: Callable[[], Any]) -> None:
    assert_found(load_unit("01-recurrent-networks").component("rnn_cell"), call)


@pytest.mark.parametrize(
    "call",
    [
        lambda: F.conv1d(torch.ones(1, 1, 5), torch.ones(1, 1, 3)),
        lambda: nn.Conv1d(1, 1, 3),
        lambda: torch.conv_transpose1d(torch.ones(1, 1, 5), torch.ones(1, 1, 3)),
        lambda: torch.ops.aten.conv1d(torch.ones(1, 1, 5), torch.ones(1, 1, 3)),
    ],
)
def test_torchs_convolutions_are_found_when_they_are_executed(call: Callable[[], Any]) -> None:
    assert_found(load_unit("00-start-here").component("conv1d"), call)


@pytest.mark.parametrize(
    "call",
    [
        lambda: torch.softmax(torch.ones(3), 0),
        lambda: torch.ones(3).softmax(0),
        lambda: F.log_softmax(torch.ones(3), 0),
        lambda: torch.special.softmax(torch.ones(3), 0),
        lambda: nn.Softmax(0)(torch.ones(3)),
        lambda: F.softmin(torch.ones(3), 0),
    ],
)
def test_torchs_softmax_is_found_when_it_is_executed(call: Callable[[], Any]) -> None:
    assert_found(load_unit("00-start-here").component("softmax"), call)


def assert_found(component: Component, call: Callable[[], Any]) -> None:
    def delegates(*inputs: Any) -> Any:
        call()
        return component.oracle(*inputs) if component.oracle else None

    verdict = judge(component, InProcessSubject(delegates, component.forbidden), 0)
    assert verdict.score == 0 and "which this exercise asks you to build" in verdict.message


def test_what_is_not_forbidden_is_free() -> None:
    free = load_unit("00-start-here").component("softmax")
    verdict = judge(free, InProcessSubject(lambda x, dim=-1: (x - x.logsumexp(dim, True)).exp(), free.forbidden), 0)
    assert verdict.status == "passed"


def test_the_fixture_hands_out_a_list_that_knows_its_gradients_and_a_generator_that_can_be_used_once() -> None:
    held = Parameters([torch.ones(2), torch.ones(3)], [torch.full((2,), 5.0), None])
    iterator = one_by_one(held)
    assert isinstance(held, list) and isinstance(iterator, Iterator)
    assert [parameter.grad is None for parameter in iterator] == [False, True]
    assert list(iterator) == []
    held[0].grad.mul_(2)
    held.clear()
    (value, gradient), (_, none) = held()
    assert gradient.tolist() == [10.0, 10.0] and value.tolist() == [1.0, 1.0] and none is None


def clipping(parameters: Any, max_norm: float) -> Tensor:
    """A right answer, in a style of its own."""
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    norm = sum((gradient.square().sum() for gradient in gradients), torch.tensor(0.0)).sqrt()
    for gradient in gradients:
        gradient *= torch.clamp(max_norm / (norm + 1e-6), max=1.0)
    return norm


def test_clipping_is_judged_across_a_process_boundary_as_in_the_same_process() -> None:
    component = clip_gradients.COMPONENT
    ours, theirs = socket.socketpair()
    arguments = (Channel(theirs), InProcessSubject(clipping, component.forbidden))
    server = threading.Thread(target=serve, args=arguments, daemon=True)
    server.start()
    subject = RemoteSubject(Channel(ours))
    there, here = judge(component, subject, 5), judge(component, InProcessSubject(clipping, component.forbidden), 5)
    subject.close()
    server.join(timeout=10)
    assert there == here and there.status == "passed"


def test_a_fixture_that_lies_about_its_gradients_is_no_crash() -> None:
    component = clip_gradients.COMPONENT
    for lie in (None, [], [1], [(1, 2)], [(torch.ones(1), torch.ones(1))] * 4, "x"):
        subject = Lying(clipping, lie)
        assert judge(component, subject, 0).status == "failed", lie


class Lying(InProcessSubject):
    """Answers every question about the parameters after clipping with the same value."""

    def __init__(self, component: Any, lie: Any) -> None:
        super().__init__(component)
        self._lie = lie

    def call(self, target: Any, args: Any, kwargs: Any, method: str = "") -> Any:
        return super().call(target, args, kwargs, method) if target.id == 0 else self._lie


@pytest.mark.parametrize("share", [1.0, 0.5, 2.0])
def test_scaling_by_one_factor_more_or_less_than_right_is_not_taken_for_clipping(share: float) -> None:
    def scaled(parameters: Any, max_norm: float) -> Tensor:
        parameters = list(parameters)
        norm = clipping(parameters, max_norm)
        for parameter in parameters:
            if parameter.grad is not None:
                parameter.grad *= share
        return norm

    status = judge(clip_gradients.COMPONENT, InProcessSubject(scaled), 3).status
    assert status == ("passed" if share == 1.0 else "failed")


@pytest.mark.parametrize("module", [lstm, bilstm])
def test_ragged_batches_have_padding_a_full_row_and_a_single_step(module: Any) -> None:
    for seed in range(20):
        calls = module.draw(Draw(seed, "ragged"))
        inputs, lengths = calls["ragged"].args
        assert int(lengths.max()) == inputs.shape[1] and int(lengths.min()) == 1
        shorter = calls["all_shorter"]
        lengths = shorter.kwargs.get("lengths", shorter.args[-1])
        assert int(lengths.max()) < shorter.args[0].shape[1]
