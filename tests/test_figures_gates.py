"""The explorer of gates over time says what is true."""

import numpy as np
import pytest
import torch

from figures.gate_explorer import CALL, STEPS, gates, gates_explorer, gates_frame


@pytest.mark.parametrize("setting", [(-3.0, 0.0, 2.0, 0.2), (1.0, 3.0, -1.0, 0.7)])
def test_the_gates_are_those_of_pytorchs_cell(setting: tuple[float, float, float, float]) -> None:
    input_bias, forget_bias, output_bias, _ = setting
    seen = gates(*setting)
    cell = torch.nn.LSTMCell(1, 1, dtype=torch.float64)
    with torch.no_grad():
        cell.weight_ih.copy_(torch.tensor([[4.0], [0.0], [2.0], [0.0]]))
        cell.weight_hh.zero_()
        cell.bias_ih.copy_(torch.tensor([input_bias, forget_bias, 0.0, output_bias]))
        cell.bias_hh.zero_()
        state = None
        for step, heard in enumerate(seen.heard):
            state = cell(torch.tensor([[heard]]), state)
            assert state[1].item() == pytest.approx(seen.cell[step]) and state[0].item() == pytest.approx(
                seen.hidden[step]
            )


def test_what_is_left_of_the_call_is_a_power_of_the_forget_gate() -> None:
    seen = gates(-3.0, 3.0, 2.0, 0.0)
    left = seen.cell[-1] / seen.cell[CALL - 1]
    assert left == pytest.approx(seen.forget_gate[0] ** (STEPS - CALL))
    assert f"leaves {seen.cell[-1]:.2f} of it" in gates_frame(-3.0, 3.0, 2.0, 0.0).sentence


def test_a_shut_output_gate_hides_what_the_cell_keeps() -> None:
    seen = gates(-3.0, 6.0, -6.0, 0.0)
    assert seen.cell[-1] > 0.5 and np.abs(seen.hidden).max() < 0.01


def test_the_frame_follows_every_control() -> None:
    live = gates_explorer()
    for control in live.controls.values():
        before = live.html
        control.value = control.min if control.value > control.min else control.max
        assert live.html != before


def test_without_a_kernel_the_first_frame_is_the_one_shown_live() -> None:
    live = gates_explorer()
    assert live.html.split("<p>")[1].split("</p>")[0] in live.still


def test_an_explorer_takes_little_of_a_notebook() -> None:
    assert len(gates_explorer().still) < 150_000
