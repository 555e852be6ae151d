"""The pictures and explorers of unit 03."""

import math
from itertools import pairwise

import pytest
import torch

from figures import position_explorers
from figures.clocks import clock_faces, frequencies, similarity
from figures.position_frames import offset_frame, rotation_frame, wave_frame
from figures.positions import accuracy_by_length, curves, encoding_map, vectors_side_by_side

EXPLORERS = (
    position_explorers.frequency_explorer,
    position_explorers.offset_explorer,
    position_explorers.rotation_explorer,
)


def test_the_first_pair_is_the_fastest_and_each_is_slower_by_the_same_factor() -> None:
    speeds = frequencies(16)
    assert speeds[0] == 1
    assert all(later / earlier == pytest.approx(10_000 ** (-2 / 16)) for earlier, later in pairwise(speeds))


@pytest.mark.parametrize("offset", [1, 7, 30])
def test_similarity_is_symmetric_and_at_most_that_of_a_position_with_itself(offset: int) -> None:
    assert similarity(offset, 16) == similarity(-offset, 16) < similarity(0, 16) == 1


def test_a_waves_sentence_names_its_sine_and_cosine() -> None:
    sentence = wave_frame(1, 5).sentence
    angle = 5 * 10_000 ** (-2 / 16)
    assert f"sine is {math.sin(angle):.2f}" in sentence
    assert "its cosine −0.01" in sentence


def test_an_offsets_sentence_says_the_same_wherever_one_starts() -> None:
    near, far = (offset_frame(position, 2).sentence.split("The dot product")[1] for position in (3, 40))
    assert near == far


def test_a_rotations_score_stays_when_both_move_and_changes_when_one_does() -> None:
    def told(i: int, j: int) -> str:
        return rotation_frame(i, j).sentence.split("The angles")[1]

    assert told(4, 1) == told(14, 11)
    assert told(4, 1) != told(1, 4)


@pytest.mark.parametrize("explorer", EXPLORERS)
def test_the_frame_follows_every_control(explorer) -> None:
    live = explorer()
    for control in live.controls.values():
        before = live.html
        control.value = control.value + 1
        assert live.html != before


@pytest.mark.parametrize("explorer", EXPLORERS)
def test_without_a_kernel_the_first_frame_is_the_one_shown_live(explorer) -> None:
    live = explorer()
    sentence = live.html.split("<p>")[1].split("</p>")[0]
    assert sentence in live.still


@pytest.mark.parametrize("explorer", EXPLORERS)
def test_an_explorer_takes_little_of_a_notebook(explorer) -> None:
    assert len(explorer().still) < 150_000


def test_every_hand_of_every_position_has_a_face() -> None:
    figure = clock_faces(range(3), [1.0, 0.1])
    assert len(figure.axes) == 6
    assert figure.axes[0].get_title() == "ω = 1"


@pytest.mark.parametrize("call", [lambda: clock_faces([], [1.0]), lambda: vectors_side_by_side({})])
def test_nothing_to_draw_is_an_error_that_says_so(call) -> None:
    with pytest.raises(ValueError, match="at least one|no table"):
        call()


def test_a_map_of_the_wrong_rank_names_its_shape() -> None:
    with pytest.raises(ValueError, match=r"\(T, D\).*\(2, 3, 4\)"):
        encoding_map(torch.zeros(2, 3, 4))


def test_a_curve_of_the_wrong_length_is_named() -> None:
    with pytest.raises(ValueError, match="'short'.* 2 values for 3"):
        curves([0, 1, 2], {"short": [1, 2]}, "x", "y")


def test_every_seed_of_every_length_is_drawn_and_no_encoding_is_grey() -> None:
    tables = {"none": {"20": [0.1, 0.2], "40": [0.1, 0.1]}, "rotary": {"20": [1, 1], "40": [0.5, 0.7]}}
    (ax,) = accuracy_by_length(tables, trained_up_to=20, chance=0.1).axes
    dots = [line for line in ax.lines if line.get_linestyle() == "None"]
    assert len(dots) == 4
    assert {text.get_text() for text in ax.texts} == {"none", "rotary", "chance"}
    assert ax.lines[0].get_color() != ax.lines[3].get_color()
