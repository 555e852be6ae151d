"""The pictures of translation say what is true, and the explorer bears whatever is typed."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from figures.explorers import Explorer
from figures.translation import curves_with_spread, encoder_decoder, waiting
from figures.translation_explorer import Translation, translation_explorer, translation_frame

TURNED = Translation(
    ("twenty", "one"), ("ein", "und", "zwanzig"), ("ein", "und", "zwanzig"), [[0.1, 0.9], [0.5, 0.5], [0.97, 0.03]]
)


def explorer_of(translation: Translation) -> Explorer:
    return translation_explorer(lambda number: translation, numbers=[21], largest=999)


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_decoder_reads_what_it_said_before_and_ends_with_the_end_token() -> None:
    words = texts(encoder_decoder(["one"], ["ein", "s"]))
    assert words.count("ein") == words.count("s") == 2
    assert {"BOS", "EOS", "one\nvector"} <= set(words)


def test_with_weights_the_picture_shows_them_and_no_single_vector() -> None:
    words = texts(encoder_decoder(["a", "b"], ["c"], said=0, weights=[0.25, 0.75]))
    assert {"0.25", "0.75"} <= set(words)
    assert "one\nvector" not in words


def test_weights_that_do_not_fit_the_source_are_refused() -> None:
    with pytest.raises(ValueError, match="wants the step and 2 weights; it was given 1"):
        encoder_decoder(["a", "b"], ["c"], said=0, weights=[1.0])


@pytest.mark.parametrize(("source", "target"), [(1, 1), (3, 2), (4, 3)])
def test_waiting_has_a_row_for_each_dependent_step(source: int, target: int) -> None:
    rows = {float(y) for line in waiting(source, target).axes[0].lines for y in np.ravel(line.get_ydata())}
    assert rows == set(range(1, source + 2 * target + 1))


def test_curves_without_a_series_are_refused() -> None:
    with pytest.raises(ValueError, match="no series"):
        curves_with_spread([1, 2], {}, "x", "y")


def test_a_right_translation_is_called_right_and_a_wrong_piece_is_marked() -> None:
    assert "This is right." in translation_frame("21", TURNED).sentence
    wrong = translation_frame("21", Translation(TURNED.source, ("ein", "und", "zig"), TURNED.expected, TURNED.weights))
    assert "It should be: ein und zwanzig." in wrong.sentence
    assert wrong.picture.count("✗") == 1


def test_faint_weights_get_no_line() -> None:
    assert translation_frame("21", TURNED).picture.count("<polyline") == 5


@pytest.mark.parametrize("typed", ["", "abc", "-3", "1000", "²", "1e3", "<b>"])
def test_what_is_no_number_in_range_gets_a_sentence_that_names_it(typed: str) -> None:
    explorer = explorer_of(TURNED)
    explorer.controls["number"].value = typed
    assert "is not a whole number from 0 to 999" in explorer.html
    assert "<b>" not in explorer.html


@pytest.mark.parametrize("typed", ["21", " 21 ", "0021", "2,1", "2.1"])
def test_numbers_may_be_typed_with_spaces_and_separators(typed: str) -> None:
    explorer = explorer_of(TURNED)
    explorer.controls["number"].value = typed
    assert "21 = twenty one" in explorer.html
