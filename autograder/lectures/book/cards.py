"""The self-tests as an Anki deck: a card per question, the explanation of every option on its back."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import genanki

from autograder.lectures import TITLE
from autograder.student.questions import Question
from autograder.student.quiz import block_html, inline_html

FILE_NAME: Final = "self-tests.apkg"
_FRONT: Final = "{{Question}}"
_BACK: Final = "{{FrontSide}}<hr id=answer>{{Answer}}"
_STYLE: Final = (Path(__file__).parent / "templates" / "cards.css").read_text(encoding="utf-8")


def write_deck(questions: Mapping[str, tuple[Question, ...]], titles: Mapping[str, str], path: Path) -> None:
    """Write the deck of these units' questions, a sub-deck per unit; importing it again updates what is there."""
    model = _model()
    decks = []
    for unit, asked in questions.items():
        deck = genanki.Deck(_number(f"deck {unit}"), f"{TITLE}::{titles[unit].replace('::', ':')}")
        for question in asked:
            deck.add_note(_note(model, unit, question))
        decks.append(deck)
    genanki.Package(decks).write_to_file(str(path))


def front(question: Question) -> str:
    """Return the question and its options."""
    several = "<p><em>More than one answer is right.</em></p>" if question.several_correct else ""
    options = "".join(f"<li>{inline_html(option.text)}</li>" for option in question.options)
    return f'{block_html(question.question)}{several}<ol type="A">{options}</ol>'


def back(question: Question) -> str:
    """Return what is right about each option, and why."""
    told = ((("✓ Right." if option.correct else "✗ Not so."), option) for option in question.options)
    reasons = "".join(f"<li><strong>{verdict}</strong> {inline_html(option.why)}</li>" for verdict, option in told)
    return f'<ol type="A">{reasons}</ol>'


def _note(model: genanki.Model, unit: str, question: Question) -> genanki.Note:
    return genanki.Note(
        model=model,
        fields=[front(question), back(question)],
        guid=genanki.guid_for("transformers-course", unit, question.id),
        tags=[f"unit-{unit}", *(f"topic-{topic}" for topic in question.topics)],
    )


def _model() -> genanki.Model:
    return genanki.Model(
        _number("model"),
        "Self-test question",
        fields=[{"name": "Question"}, {"name": "Answer"}],
        templates=[{"name": "Question", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )


def _number(name: str) -> int:
    """Return the number that Anki knows a deck or a kind of card by: always the same for the same name."""
    return int.from_bytes(hashlib.sha256(f"transformers-course {name}".encode()).digest()[:4]) % 2**31 + 1
