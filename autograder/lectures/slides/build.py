"""Writes decks: a page for each unit, the programs they share, and a page that lists them."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from markupsafe import Markup

from autograder.authoring.source import ROOT
from autograder.lectures import TITLE, LectureError, assets
from autograder.lectures.chapter import read_chapter
from autograder.lectures.slides.blocks import Block
from autograder.lectures.slides.code import style_sheet
from autograder.lectures.slides.deck import Deck
from autograder.lectures.slides.plan import plan
from autograder.render.templates import templates

_FOLDER: Final = Path(__file__).parent / "templates"
_TEMPLATES: Final = templates(_FOLDER)
# Where a list ends and another begins.
_NEXT_ENTRY: Final = re.compile(r'</(ul|ol)>\n<\1(?: start="\d+")?>')


def build(units: Sequence[str], out: Path, *, instructor: bool = False, root: Path = ROOT) -> dict[str, Deck]:
    """Write the decks of these units below the folder ``out``, and a page that lists them; return what was written.

    LectureError says what is missing; then nothing is written.
    """
    if not units:
        raise LectureError("There are no sources of units to make slides of: it needs the course's own repository.")
    if out.exists() and not out.is_dir():
        raise LectureError(f"{out} is a file; name a folder for the slides.")
    decks = {unit: _deck(unit, instructor, root) for unit in units}
    assets.copy((*assets.REVEAL, assets.MATHJAX), out / "assets")
    for name in ("deck.css", "deck.js"):
        (out / "assets" / name).write_text((_FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    (out / "assets" / "code.css").write_text(style_sheet(), encoding="utf-8")
    for unit, deck in decks.items():
        (out / f"{unit}.html").write_text(page(deck, instructor=instructor), encoding="utf-8")
    contents = _TEMPLATES.get_template("decks.html.j2")
    (out / "index.html").write_text(contents.render(decks=decks, instructor=instructor, title=TITLE), encoding="utf-8")
    return decks


def page(deck: Deck, *, instructor: bool) -> str:
    """Return a deck as a page that finds its programs in ``assets/``."""
    return _TEMPLATES.get_template("deck.html.j2").render(deck=deck, instructor=instructor)


def joined(blocks: Sequence[Block]) -> Markup:
    """Return blocks as HTML; entries of one list that stand together become one list again."""
    return Markup(_NEXT_ENTRY.sub("\n", "\n".join(map(_html, blocks))))


def _html(block: Block) -> str:
    if not block.fragment:
        return block.html
    if block.kind == "list":
        return block.html.replace("<li>", Markup('<li class="fragment">'), 1)
    return Markup('<div class="fragment">{}</div>').format(block.html)


def _deck(unit: str, instructor: bool, root: Path) -> Deck:
    chapter = read_chapter(unit, instructor=instructor, root=root)
    try:
        return plan(chapter.cells, chapter.questions, instructor=instructor)
    except LectureError as error:
        raise LectureError(f"{unit}: {error}") from None


_TEMPLATES.filters |= {"joined": joined}
