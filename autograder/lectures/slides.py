"""Writes decks: a page for each unit, the programs they share, and a page that lists them; nothing needs a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.authoring.release import QUESTIONS
from autograder.authoring.source import ROOT, read_source
from autograder.lectures import LectureError, assets
from autograder.lectures.public import public_cells
from autograder.lectures.slides_blocks import Block
from autograder.lectures.slides_code import style_sheet
from autograder.lectures.slides_plan import Deck, plan
from autograder.student.questions import Question, QuestionsError, load_questions

_FOLDER: Final = Path(__file__).parent / "templates"
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Written:
    """A deck on disk: its page, how many slides it has, and how many minutes it is planned for."""

    unit: str
    path: Path
    slides: int
    minutes: float


def build(units: Sequence[str], out: Path, *, instructor: bool = False, root: Path = ROOT) -> list[Written]:
    """Write the decks of these units below the folder ``out``, and a page that lists them.

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
    listed = [Written(unit, out / f"{unit}.html", _count(deck), deck.minutes) for unit, deck in decks.items()]
    contents = _TEMPLATES.get_template("decks.html.j2").render(
        decks=[(deck, written) for deck, written in zip(decks.values(), listed, strict=True)], instructor=instructor
    )
    (out / "index.html").write_text(contents, encoding="utf-8")
    return listed


def page(deck: Deck, *, instructor: bool) -> str:
    """Return a deck as a page that finds its programs in ``assets/``."""
    return _TEMPLATES.get_template("deck.html.j2").render(deck=deck, instructor=instructor)


def joined(blocks: Sequence[Block]) -> Markup:
    """Return blocks as HTML; entries of one list that stand together become one list again."""
    html = Markup("\n").join(
        Markup('<div class="fragment">{}</div>').format(block.html) if block.fragment else block.html
        for block in blocks
    )
    return Markup(html.replace("</ul>\n<ul>", "\n"))


def _count(deck: Deck) -> int:
    return sum(len(section.slides) for section in deck.sections)


def _deck(unit: str, instructor: bool, root: Path) -> Deck:
    source = read_source(unit, root)
    cells = public_cells(source, instructor=instructor, root=root)
    try:
        return plan(cells, _questions(unit, root), instructor=instructor)
    except LectureError as error:
        raise LectureError(f"{unit}: {error}") from None


def _questions(unit: str, root: Path) -> tuple[Question, ...]:
    path = root / "solutions" / unit / QUESTIONS
    try:
        return load_questions(path) if path.exists() else ()
    except QuestionsError as error:
        raise LectureError(str(error)) from None


_TEMPLATES.filters |= {"joined": joined}
