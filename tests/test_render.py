"""Rendering: what a verdict looks like, and that nothing a student wrote can change the page that it stands on."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as parser

from autograder.judging.verdict import ComponentVerdict, PropertyVerdict, Status
from autograder.render import html, terminal
from autograder.render.text import cut, printable

VERDICT = ComponentVerdict(
    name="causal_mask",
    status="failed",
    score=2,
    max_score=6,
    misconception="excludes-diagonal",
    message="A position may look at *itself*.",
    properties=(
        PropertyVerdict("returns_a_square_mask", True, "", 2),
        PropertyVerdict("agrees_with_tril", False, "mask[0, 0]: expected True, got False.", 3),
        PropertyVerdict("is_new_at_every_call", None, "Skipped, because it needs: agrees with tril.", 1),
    ),
)
HOSTILE = "</section><script>alert(1)</script>\x1b[31m\x07\u202e<img src=x onerror=alert(1)>"


def test_the_notebook_shows_points_outcomes_and_the_misconception_with_its_advice():
    page = parser.fromstring(html.component(VERDICT, seed=7))
    said = " ".join(page.text_content().split())
    for expected in ("causal_mask", "2 of 6 points", "excludes-diagonal", "A position may look at itself", "seed 7"):
        assert expected in said
    assert [item.get("class") for item in page.iter("li")] == ["holds", "fails", "skipped"]
    assert [emphasis.text for emphasis in page.iter("em")] == ["itself"]


@pytest.mark.parametrize("outcome", ["holds", "fails", "skipped"])
def test_an_outcome_is_told_in_words_not_only_by_a_colour_or_a_mark(outcome: str):
    assert f"{outcome}: " in html.component(VERDICT)


def test_a_message_that_a_property_already_gives_is_not_given_twice():
    message = VERDICT.properties[1].message
    fragment = html.component(replace(VERDICT, misconception=None, message=message))
    assert fragment.count("expected True, got False") == 1


def test_without_a_misconception_asterisks_in_a_message_stay_as_they_are():
    assert "a *b* c" in html.component(replace(VERDICT, misconception=None, message="a *b* c"))


@pytest.mark.parametrize("status", ["failed", "missing", "error"])
def test_nothing_that_a_student_wrote_becomes_markup_or_a_terminal_escape(status: Status):
    hostile = replace(
        VERDICT,
        status=status,
        message=HOSTILE,
        properties=tuple(replace(prop, message=HOSTILE) for prop in VERDICT.properties),
    )
    page = parser.fromstring(html.component(hostile, printed=HOSTILE, note=HOSTILE))
    assert not list(page.iter("script", "img"))
    assert "\x1b" not in terminal.component(hostile, printed=HOSTILE, note=HOSTILE)
    assert "\u202e" not in terminal.component(hostile, printed=HOSTILE)


def test_a_fragment_fetches_nothing():
    assert "http" not in html.component(VERDICT)
    assert "url(" not in html.component(VERDICT)


def test_the_terminal_shows_what_fails_and_why():
    said = terminal.component(VERDICT, seed=7)
    for expected in ("✗ causal_mask  2/6", "excludes-diagonal: A position", "expected True, got False", "seed 7"):
        assert expected in said


def test_rich_markup_in_a_message_is_not_interpreted():
    assert "[bold]x[/bold]" in terminal.component(replace(VERDICT, status="missing", message="[bold]x[/bold]"))


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_printable_text_can_be_written_anywhere(text: str):
    tamed = printable(text)
    tamed.encode("utf-8")
    assert not any(ord(character) < 32 and character not in "\n\t" for character in tamed)


@settings(max_examples=100, deadline=None)
@given(st.text(), st.integers(1, 5), st.integers(1, 20))
def test_a_cut_text_is_short_or_whole(text: str, lines: int, characters: int):
    shown = cut(text, lines, characters)
    assert shown == text or (len(shown.split("\n")) <= lines + 1 and "more characters" in shown)


def test_a_verdict_as_plain_text_holds_no_control_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = terminal.component(VERDICT)
    assert not [character for character in text if not character.isprintable() and character != "\n"]
