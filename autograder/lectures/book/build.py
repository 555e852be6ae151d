"""Writes the book: the texts that Sphinx reads in a folder of their own, then the HTML where it was asked for."""

import shutil
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from autograder.authoring.release import to_bytes
from autograder.authoring.source import ROOT
from autograder.lectures import TITLE, LectureError, assets
from autograder.lectures.book.bibliography import bibliography
from autograder.lectures.book.generated import page
from autograder.lectures.book.typeset import SCRIPT, STYLE, typeset
from autograder.lectures.book.unit_page import unit_page
from autograder.lectures.chapter import Chapter, read_chapter

MADE_WITH: Final = ("furo", "genanki", "myst_nb", "sphinx")
# What tells a folder that this program has written from one that it must not empty.
MARKER: Final = ".course-book"
TEXTS: Final = ("notation.md", "glossary.md")


def build(units: Sequence[str], out: Path, *, instructor: bool = False, root: Path = ROOT) -> list[str]:
    """Write the book of these units into the folder ``out``, which is emptied first, and return Sphinx's warnings.

    LectureError says what is missing, or that ``out`` holds something else.
    """
    if missing := [name for name in MADE_WITH if find_spec(name) is None]:
        raise LectureError(f"The book is made with {', '.join(missing)}; install: {assets.HOW_TO_INSTALL}")
    _may_be_emptied(out)
    if not units:
        raise LectureError("There are no sources of units to make a book of: it needs the course's own repository.")
    chapters = [read_chapter(unit, instructor=instructor, root=root) for unit in units]
    with TemporaryDirectory() as folder:
        texts, html = Path(folder) / "texts", Path(folder) / "html"
        _write_texts(chapters, texts, instructor, root)
        warnings = typeset(texts, html, instructor=instructor)
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True, exist_ok=True)
        # First of all: where copying is interrupted, the next book may still take the place.
        (out / MARKER).touch()
        left = shutil.ignore_patterns(".buildinfo", "objects.inv", "_sources")
        shutil.copytree(html, out, ignore=left, dirs_exist_ok=True)
    return warnings


def _may_be_emptied(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise LectureError(f"{out} is a file; name a folder for the book.")
    if out.exists() and any(out.iterdir()) and not (out / MARKER).exists():
        raise LectureError(f"{out} holds something else than a book; name an empty or a new folder.")


def _write_texts(chapters: Sequence[Chapter], folder: Path, instructor: bool, root: Path) -> None:
    """Write everything that Sphinx makes the book of."""
    folder.mkdir(parents=True)
    for name, content in _pages(chapters, instructor):
        (folder / name).write_text(content, encoding="utf-8")
    for name in TEXTS:
        shutil.copy(root / "docs" / "book" / name, folder)
    for chapter in chapters:
        made = unit_page(chapter.cells, chapter.unit)
        (folder / f"{chapter.name}.ipynb").write_bytes(to_bytes(made))
    _write_deck(chapters, folder / "extra")
    static = folder / "static"
    static.mkdir()
    for file in (STYLE, SCRIPT):
        shutil.copy(file, static)
    assets.copy([assets.MATHJAX], static)


def _pages(chapters: Sequence[Chapter], instructor: bool) -> Iterator[tuple[str, str]]:
    yield "index.md", page("index.md.j2", title=TITLE, chapters=chapters, instructor=instructor)
    yield "components.md", page("components.md.j2", chapters=chapters)
    yield "self-tests.md", page("self-tests.md.j2", chapters=[chapter for chapter in chapters if chapter.questions])
    works = bibliography(chapter.source for chapter in chapters)
    yield "bibliography.md", page("bibliography.md.j2", works=works)


def _write_deck(chapters: Sequence[Chapter], folder: Path) -> None:
    from autograder.lectures.book.cards import FILE_NAME, write_deck

    asked = {chapter.name: chapter.questions for chapter in chapters if chapter.questions}
    folder.mkdir()
    write_deck(asked, {chapter.name: chapter.title for chapter in chapters}, folder / FILE_NAME)
