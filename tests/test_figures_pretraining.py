"""The pictures of pretraining say what is true, and the explorer bears whatever is typed."""

import pytest
from matplotlib.figure import Figure

from figures.fill_in_explorer import BLANK, Filled, fill_in_explorer, filled_frame
from figures.pretraining import FATES, LiveFigure, fates, questions, two_tasks

FOUND = Filled([[("range", 0.5), ("<len>", 0.25)]])


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_every_position_shows_its_token_its_segment_and_its_number() -> None:
    words = texts(questions(["[CLS]", "a", "[SEP]", "b", "[SEP]"], [0, 0, 0, 1, 1], {0: "yes", 3: "b?"}))
    assert words.count("A") == 3 and words.count("B") == 2
    assert {"[CLS]", "a", "b", "0", "4", "yes", "b?", "+ segment"} <= set(words)


def test_tokens_and_segments_of_different_number_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        questions(["a"], [0, 1], {})


def test_each_fate_has_a_look_of_its_own_and_the_legend_names_them_all() -> None:
    figure = fates([["a", "[MASK]", "c", "a_long_token"]], [[0, 1, 2, 3]])
    looks = {(box.get_facecolor(), box.get_hatch()) for box in figure.axes[0].patches}
    assert len(looks) == len(FATES)
    legend = figure.axes[0].get_legend()
    assert legend is not None and [text.get_text() for text in legend.get_texts()] == list(FATES)
    assert "a_long_…" in texts(figure)


def test_losses_and_accuracies_are_drawn_with_what_guessing_costs() -> None:
    runs = {f"{task}_{what}": [0.5, 0.4] for task in ("masked", "next") for what in ("loss", "accuracy")}
    losses, shares = two_tasks(runs, [1, 2], baseline=5.5).axes
    levels = [line.get_ydata()[0] for line in losses.lines if len(set(line.get_ydata())) == 1]
    assert levels == pytest.approx([5.5, 0.693], abs=1e-3)
    assert len(shares.lines) == 2 and shares.get_ylim() == (0, 1)


def test_a_live_figure_is_replaced_and_keeps_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []

    class Handle:
        def update(self, data: dict[str, str], raw: bool) -> None:
            shown.append(data)

    monkeypatch.setattr("figures.pretraining.display", lambda *_, **__: Handle())
    runs = {f"{task}_{what}": [0.5] for task in ("masked", "next") for what in ("loss", "accuracy")}
    live = LiveFigure("what to see", "what is shown")
    live.update(two_tasks(runs, [1], 5.5))
    (page,) = shown
    assert "what to see" in page["text/html"] and 'alt="what is shown"' in page["text/html"]


def test_the_answers_are_drawn_and_said_and_markup_is_shown_not_obeyed() -> None:
    frame = filled_frame(f"for i in {BLANK}(n):", FOUND)
    assert "blank 1: range 0.50, <len> 0.25" in frame.sentence
    assert "&lt;len&gt;" in frame.picture and "<len>" not in frame.picture


def test_a_long_text_is_broken_into_lines() -> None:
    assert filled_frame("x" * 200 + BLANK, FOUND).picture.count("<text") == 3 + 1 + 2


@pytest.mark.parametrize("text", ["", "no blank", "___ ___ ___ ___"])
def test_no_blank_or_too_many_get_a_sentence_and_no_answer(text: str) -> None:
    explorer = fill_in_explorer(lambda _: FOUND, ["a ___"])
    explorer.controls["text"].value = text
    assert "Write one to 3 blanks" in explorer.html and "range" not in explorer.html


def test_the_frames_stand_in_for_the_explorer_without_a_kernel() -> None:
    explorer = fill_in_explorer(lambda _: FOUND, ["a ___", "b ___"])
    assert "What stands in the blank?" in explorer.still
