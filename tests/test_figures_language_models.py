"""The pictures of language models and the sampling explorer say what is true, and bear whatever is typed."""

import pytest

from figures.language_models import curves_on_log_axis, masks_side_by_side
from figures.sampling_explorer import Candidate, Sampled, sampling_explorer, sampling_frame

FOUND = Sampled(
    "An ",
    [Candidate("a", 0.6, 0.75), Candidate(" ", 0.3, 0.25), Candidate("\n", 0.1, 0.0)],
    [("assertion", True), (" ", True), ("asertion", False), (" $", True)],
    0.25,
)


def test_a_dropped_character_is_told_apart_from_a_kept_one() -> None:
    picture = sampling_frame(FOUND).picture
    assert picture.count("dropped") == 1
    assert "75%" in picture and "¶" in picture and "␣" in picture


def test_a_word_that_is_none_is_underlined_and_counted() -> None:
    frame = sampling_frame(FOUND)
    assert frame.picture.count("<polyline") == 1
    assert "50% occur in the training text" in frame.sentence
    assert "2 of 3 characters" in frame.sentence


def test_a_long_text_stays_inside_the_picture() -> None:
    long = Sampled("x", FOUND.candidates, [("word", True), (" ", True)] * 500, 0.0)
    picture = sampling_frame(long).picture
    heights = [float(part.split('"')[1]) for part in picture.split(" y=")[1:] if part.startswith('"')]
    assert max(heights) <= 350


def test_filters_that_are_off_reach_the_model_as_none() -> None:
    asked = []

    def sample(*setting: object) -> Sampled:
        asked.append(setting)
        return FOUND

    explorer = sampling_explorer(sample, "An ", {"as it is": {}, "both": {"top_k": 3, "top_p": 0.8}})
    assert ("An ", 1.0, None, None, 0) in asked and ("An ", 1.0, 3, 0.8, 0) in asked
    explorer.controls["temperature"].value = 0.5
    assert asked[-1] == ("An ", 0.5, None, None, 0)


def test_a_prompt_that_the_model_cannot_read_is_answered_with_the_reason() -> None:
    def sample(start: str, *rest: object) -> Sampled:
        if "ß" in start:
            raise ValueError("the alphabet has no 'ß'")
        return FOUND

    explorer = sampling_explorer(sample, "An ", {"as it is": {}})
    explorer.controls["start"].value = "Fuß<b>"
    assert "no" in explorer.html and "&lt;b&gt;" in explorer.html and "<b>" not in explorer.html


def test_a_level_is_drawn_and_named() -> None:
    figure = curves_on_log_axis(
        {"model": ([1, 2, 4], [[3, 2, 1], [3, 2.5, 2]])}, "x", "y", levels={"bar": 1.2, "top": 2.9}
    )
    assert {"bar", "top", "model"} <= {text.get_text() for text in figure.axes[0].texts}


def test_places_and_values_must_fit() -> None:
    with pytest.raises(ValueError, match="'model': 2 places, but 3 values"):
        curves_on_log_axis({"model": ([1, 2], [1, 2, 3])}, "x", "y")
    with pytest.raises(ValueError, match="no series"):
        curves_on_log_axis({}, "x", "y")


def test_what_a_mask_hides_is_hatched() -> None:
    figure = masks_side_by_side({"a": [[1, 0], [1, 1]], "b": [[1, 1], [1, 1]]}, {"a": "xy", "b": "xy"})
    hatched = [sum(patch.get_hatch() is not None for patch in ax.patches) for ax in figure.axes]
    assert hatched == [1, 0]
    with pytest.raises(ValueError, match="no mask"):
        masks_side_by_side({}, {})
