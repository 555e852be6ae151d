"""The experiment of unit 01, its explorer's numbers, and what the unit's prose says about its results."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from data import echoes, tables, unit01
from figures import gradient_frames, recurrence
from figures.recurrent_explorers import gradient_explorer

FEW_STEPS = echoes.Recipe(steps=3, batch_size=4, held_out=8)


@pytest.fixture(scope="module")
def measured() -> tables.Table:
    return tables.results("01")


def errors(measured: tables.Table, name: str, gap: int) -> list[float]:
    found: list[float] = measured["networks"][name][str(gap)]["error"]
    return found


@given(gap=st.integers(1, 50), seed=st.integers(0, 999))
def test_the_call_stands_first_and_is_the_echo(gap: int, seed: int) -> None:
    signals, calls = echoes.draw(gap, 5, torch.Generator().manual_seed(seed))
    assert signals.shape == (5, gap, 1)
    assert torch.equal(signals[:, 0, 0], calls)


def test_nothing_after_the_call_tells_of_it() -> None:
    signals, calls = echoes.draw(12, 4000, torch.Generator().manual_seed(0))
    correlations = torch.corrcoef(torch.cat([calls[None], signals[:, 1:, 0].T]))[0, 1:]
    assert correlations.abs().max() < 0.07


@pytest.mark.parametrize("name", echoes.MODELS)
def test_every_network_gives_one_forecast_for_each_signal(name: str) -> None:
    assert echoes.MODELS[name]()(torch.randn(3, 7, 1)).shape == (3,)


def test_a_seed_repeats_a_run_and_leaves_the_callers_randomness_alone() -> None:
    before = torch.random.get_rng_state()
    first, second = (echoes.train(echoes.lstm, 4, 5, FEW_STEPS) for _ in range(2))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert first == second
    assert first.losses != echoes.train(echoes.lstm, 4, 6, FEW_STEPS).losses


def test_only_the_forget_gates_of_the_open_lstm_start_open() -> None:
    model = echoes.open_lstm()
    layer = model.get_submodule("layer")
    bias = layer.get_parameter("bias_ih_l0") + layer.get_parameter("bias_hh_l0")
    i, f, g, o = bias.detach().chunk(4)
    assert torch.equal(f, torch.full_like(f, 3.0))
    assert max(part.abs().max() for part in (i, g, o)) < 1


def test_always_saying_the_mean_has_the_error_one_and_saying_the_echo_none() -> None:
    calls = torch.tensor([1.0, -2.0, 4.0])
    assert echoes.relative_error(torch.full((3,), 1.0), calls) == pytest.approx(1.0)
    assert echoes.relative_error(calls, calls) == 0.0


def test_the_linear_forecast_hears_as_far_back_as_its_window_and_no_further() -> None:
    recipe = echoes.Recipe(steps=20)
    assert echoes.linear_error(echoes.WINDOW, 0, recipe) < 1e-6
    assert echoes.linear_error(echoes.WINDOW + 1, 0, recipe) > 0.9


def test_what_is_heard_is_the_gradient_of_the_forecast() -> None:
    class LastButOne(nn.Module):
        def forward(self, signals: torch.Tensor) -> torch.Tensor:
            return -3 * signals[:, -2, 0]

    assert echoes.heard(LastButOne(), torch.randn(4, 3, 1)).tolist() == [0.0, 3.0, 0.0]


def test_the_tables_were_measured_with_todays_code(measured: tables.Table) -> None:
    assert measured["code"] == tables.hashes(unit01.SOURCES)


def test_the_usual_lstm_learns_ten_steps_and_not_twenty_even_with_five_times_the_training(
    measured: tables.Table,
) -> None:
    assert max(errors(measured, "LSTM", 10)) < 0.05
    assert min(errors(measured, "LSTM", 20)) > 0.95
    assert min(measured["lstm_longer"]["error"]) > 0.95


def test_at_twenty_steps_some_seeds_of_the_tanh_network_do_better_than_any_of_the_lstm(measured: tables.Table) -> None:
    assert sorted(errors(measured, "tanh RNN", 20))[1] < 0.5


def test_open_gates_learn_forty_steps_on_every_seed_and_eighty_not_on_all(measured: tables.Table) -> None:
    assert max(errors(measured, "LSTM, forget gates open", 40)) < 0.05
    assert (
        min(errors(measured, "LSTM, forget gates open", 80))
        < 0.1
        < max(errors(measured, "LSTM, forget gates open", 80))
    )


def test_an_identity_start_is_no_cure(measured: tables.Table) -> None:
    assert min(errors(measured, "tanh RNN, W_h = I", 40)) > 0.95


@settings(max_examples=20)
@given(radius=st.floats(0.5, 1.6), loudness=st.floats(0.0, 2.0))
def test_the_explorers_linear_norms_are_those_of_powers(radius: float, loudness: float) -> None:
    W = gradient_frames.weight(radius)
    found = gradient_frames.norms(radius, loudness, tanh=False)
    for steps in (0, 1, 7):
        assert found[steps] == pytest.approx(np.linalg.norm(np.linalg.matrix_power(W, steps), 2))


def test_the_explorers_tanh_norms_are_those_of_autograds_jacobian() -> None:
    W = torch.from_numpy(gradient_frames.weight(1.2))
    kept = torch.from_numpy(gradient_frames.states(1.2, 0.5))
    before = torch.atanh(kept[-3:]) - kept[-4:-1] @ W.T  # what the inputs contribute to the last three steps

    def last(h: torch.Tensor) -> torch.Tensor:
        for heard in before:
            h = torch.tanh(W @ h + heard)
        return h

    jacobian = torch.autograd.functional.jacobian(last, kept[-4])
    assert gradient_frames.norms(1.2, 0.5, tanh=True)[3] == pytest.approx(float(torch.linalg.matrix_norm(jacobian, 2)))


@given(radius=st.floats(0.5, 1.6))
def test_the_explorers_matrix_has_the_radius_that_its_slider_says(radius: float) -> None:
    assert np.abs(np.linalg.eigvals(gradient_frames.weight(radius))).max() == pytest.approx(radius)


@pytest.mark.parametrize(("control", "value"), [("radius", 1.5), ("loudness", 1.9)])
def test_the_frame_follows_every_control(control: str, value: float) -> None:
    live = gradient_explorer()
    before = live.html
    live.controls[control].value = value
    assert live.html != before


@pytest.mark.parametrize("radius", [0.5, 1.0, 1.6])
@pytest.mark.parametrize("loudness", [0.0, 2.0])
def test_a_frame_can_be_drawn_at_the_sliders_ends(radius: float, loudness: float) -> None:
    frame = gradient_frames.gradient_frame(radius, loudness)
    assert "nan" not in frame.picture
    assert f"ρ = {radius:.2f}" in frame.sentence


def test_pictures_without_anything_to_draw_say_so() -> None:
    with pytest.raises(ValueError, match="no model"):
        recurrence.error_by_gap([5], {})
    with pytest.raises(ValueError, match="no curve"):
        recurrence.norms_back({}, "norm")
