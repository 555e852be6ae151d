"""The explorers of gates over time and of beam search say what is true."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from figures.beam_explorer import beam_explorer, beam_frame, found
from figures.decoding import Tree, searched
from figures.explorers import Explorer
from figures.gate_explorer import CALL, STEPS, gates, gates_explorer, gates_frame

TREE = {
    (): {"the": 0.5, "a": 0.4, "EOS": 0.1},
    ("the",): {"cat": 0.4, "dog": 0.35, "EOS": 0.25},
    ("a",): {"cat": 0.9, "dog": 0.06, "EOS": 0.04},
    ("the", "cat"): {"EOS": 0.9, "dog": 0.1},
    ("a", "cat"): {"EOS": 1.0},
}
EXPLORERS = (gates_explorer, lambda: beam_explorer(TREE))


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


def test_a_greedy_search_misses_what_a_beam_of_two_finds() -> None:
    assert "“the cat EOS” (red), probability 0.180" in beam_frame(TREE, 1, 9, 0.0).sentence
    assert "“a cat EOS” (red), probability 0.360" in beam_frame(TREE, 2, 9, 0.0).sentence


def test_before_the_end_the_best_beginning_is_shown() -> None:
    assert "After 1 step, a beam of 2" in beam_frame(TREE, 2, 1, 0.0).sentence
    assert "Its best beginning is “the”" in beam_frame(TREE, 2, 1, 0.0).sentence


def test_a_length_penalty_can_make_a_longer_sentence_the_answer() -> None:
    tree = {(): {"EOS": 0.3, "yes": 0.7}, ("yes",): {"sir": 0.4, "EOS": 0.1}, ("yes", "sir"): {"EOS": 0.9}}
    assert "“EOS” (red)" in beam_frame(tree, 3, 9, 0.0).sentence
    assert "“yes sir EOS” (red)" in beam_frame(tree, 3, 9, 1.0).sentence


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Every beginning of up to two words, each of its three continuations with a probability of its own."""
    beginnings = [(), ("a",), ("b",), ("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]
    share = st.integers(1, 99)
    drawn = {beginning: [draw(share) for _ in range(3)] for beginning in beginnings}
    return {
        beginning: {word: weight / sum(weights) for word, weight in zip(("a", "b", "EOS"), weights, strict=True)}
        for beginning, weights in drawn.items()
    }


def sentences(tree: Tree, beginning: tuple[str, ...] = (), total: float = 1.0) -> Iterator[tuple[float, int]]:
    """Every sentence that ends: its probability and its length."""
    for word, share in tree.get(beginning, {}).items():
        if word == "EOS":
            yield total * share, len(beginning) + 1
        else:
            yield from sentences(tree, (*beginning, word), total * share)


@given(trees(), st.sampled_from([0.0, 0.5, 1.0, 2.0]))
def test_a_beam_as_wide_as_the_tree_finds_the_best_sentence_of_all(tree: Tree, penalty: float) -> None:
    best = found(searched(tree, 99), penalty)[0]
    brute = max(math.log(total) / length**penalty for total, length in sentences(tree))
    assert best.score == pytest.approx(brute)


@pytest.mark.parametrize("explorer", EXPLORERS)
def test_the_frame_follows_every_control(explorer: type[Explorer]) -> None:
    live = explorer()
    for control in live.controls.values():
        before = live.html
        control.value = control.min if control.value > control.min else control.max
        assert live.html != before


@pytest.mark.parametrize("explorer", EXPLORERS)
def test_without_a_kernel_the_first_frame_is_the_one_shown_live(explorer: type[Explorer]) -> None:
    live = explorer()
    assert live.html.split("<p>")[1].split("</p>")[0] in live.still


@pytest.mark.parametrize("explorer", EXPLORERS)
def test_an_explorer_takes_little_of_a_notebook(explorer: type[Explorer]) -> None:
    assert len(explorer().still) < 150_000


def test_words_of_a_tree_are_escaped() -> None:
    frame = beam_frame({(): {"<b>": 0.5, "EOS": 0.5}}, 2, 1, 0.0)
    assert "<b>" not in frame.html()
