"""The course as an HTML book that needs no network: units, self-tests, notation, glossary, catalogue, bibliography."""

import io
import shutil
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from autograder.authoring.release import QUESTIONS, to_bytes
from autograder.authoring.source import ROOT, Source, read_source
from autograder.judging.component import Unit
from autograder.lectures import LectureError
from autograder.lectures.bibliography import bibliography
from autograder.lectures.markdown import page
from autograder.lectures.pages import unit_page
from autograder.render import text
from autograder.student.questions import Question, QuestionsError, load_questions
from autograder.units import load_unit

TITLE: Final = "Transformers, hands on"
MADE_WITH: Final = ("furo", "genanki", "myst_nb", "sphinx", "sphinx-mathjax-offline")
# What tells a folder that this program has written from one that it must not empty.
MARKER: Final = ".course-book"
TEXTS: Final = ("notation.md", "glossary.md")
# All of TeX and all of the letters in one file: it fetches nothing more, and reads from a disk as from a server.
MATHJAX: Final = "tex-svg-full.js"
AFTER_THE_THEME: Final = 900
_STYLE: Final = Path(__file__).parent / "templates" / "book.css"


@dataclass(frozen=True)
class Chapter:
    """A unit as the book has it; ``title`` is its notebook's heading."""

    source: Source
    unit: Unit
    title: str
    questions: tuple[Question, ...]

    @property
    def name(self) -> str:
        return self.source.unit


def build(units: Sequence[str], out: Path, *, instructor: bool = False, root: Path = ROOT) -> list[str]:
    """Write the book of these units into the folder ``out``, which is emptied first, and return Sphinx's warnings.

    LectureError says what is missing, or that ``out`` holds something else.
    """
    if missing := [name for name in MADE_WITH if find_spec(name) is None]:
        raise LectureError(
            f"The book is made with {', '.join(missing)}; install: pip install -c constraints.txt -e '.[book]'"
        )
    _may_be_emptied(out)
    if not units:
        raise LectureError("There are no sources of units to make a book of: it needs the course's own repository.")
    chapters = [_chapter(unit, root) for unit in units]
    with TemporaryDirectory() as folder:
        texts, html = Path(folder) / "texts", Path(folder) / "html"
        _write_texts(chapters, texts, instructor, root)
        warnings = _sphinx(texts, html, instructor)
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


def _chapter(unit: str, root: Path) -> Chapter:
    source = read_source(unit, root)
    first = next(cell.source for cell in source.notebook.cells if cell.cell_type == "markdown")
    questions = root / "solutions" / unit / QUESTIONS
    try:
        asked = load_questions(questions) if questions.exists() else ()
    except QuestionsError as error:
        raise LectureError(str(error)) from None
    return Chapter(source, load_unit(unit), first.splitlines()[0].removeprefix("# "), asked)


def _write_texts(chapters: Sequence[Chapter], folder: Path, instructor: bool, root: Path) -> None:
    """Write everything that Sphinx makes the book of."""
    folder.mkdir(parents=True)
    for name, content in _pages(chapters, instructor):
        (folder / name).write_text(content, encoding="utf-8")
    for name in TEXTS:
        shutil.copy(root / "docs" / "book" / name, folder)
    for chapter in chapters:
        made = unit_page(chapter.source, chapter.unit, instructor=instructor, root=root)
        (folder / f"{chapter.name}.ipynb").write_bytes(to_bytes(made))
    _write_deck(chapters, folder / "extra")
    static = folder / "static"
    static.mkdir()
    shutil.copy(_STYLE, static)
    shutil.copy(_mathjax(), static)


def _pages(chapters: Sequence[Chapter], instructor: bool) -> Iterator[tuple[str, str]]:
    yield "index.md", page("index.md.j2", title=TITLE, chapters=chapters, instructor=instructor)
    yield "components.md", page("components.md.j2", chapters=chapters)
    yield "self-tests.md", page("self-tests.md.j2", chapters=[chapter for chapter in chapters if chapter.questions])
    works = bibliography(chapter.source for chapter in chapters)
    yield "bibliography.md", page("bibliography.md.j2", works=works)


def _write_deck(chapters: Sequence[Chapter], folder: Path) -> None:
    from autograder.lectures.cards import FILE_NAME, write_deck

    asked = {chapter.name: chapter.questions for chapter in chapters if chapter.questions}
    folder.mkdir()
    write_deck(asked, {chapter.name: chapter.title for chapter in chapters}, folder / FILE_NAME)


def _mathjax() -> Path:
    """Return MathJax from the package that carries it, whose own Sphinx extension would copy ten times as much."""
    found = find_spec("sphinx-mathjax-offline")
    places = (found and found.submodule_search_locations) or []
    return next(path for place in places for path in Path(place).rglob(MATHJAX))


def _sphinx(texts: Path, html: Path, instructor: bool) -> list[str]:
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError

    warnings = io.StringIO()
    try:
        app = Sphinx(
            srcdir=texts,
            confdir=None,
            outdir=html,
            doctreedir=html.parent / "doctrees",
            buildername="html",
            confoverrides=_settings(instructor),
            status=None,
            warning=warnings,
        )
        app.connect("html-page-context", _make_accessible, priority=AFTER_THE_THEME)
        # myst-nb names every notebook that it does not execute.
        with redirect_stdout(io.StringIO()):
            app.build(force_all=True)
    except SphinxError as error:
        raise LectureError(f"Sphinx can't make the book: {error}") from None
    return [line for line in text.printable(warnings.getvalue()).splitlines() if line.strip()]


def _make_accessible(_app: Any, _page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    """Mend what Sphinx and its theme leave: captions called headings, scrolling code that no key reaches."""
    for part in ("body", "furo_navigation_tree"):
        if context.get(part):
            context[part] = context[part].replace(' role="heading"', "").replace("<pre>", '<pre tabindex="0">')


def _settings(instructor: bool) -> dict[str, Any]:
    return {
        "project": TITLE,
        "html_title": f"{TITLE} (with solutions)" if instructor else TITLE,
        "language": "en",
        "extensions": ["myst_nb", "sphinx.ext.mathjax"],
        "exclude_patterns": ["static", "extra"],
        **_reading(),
        **_network_free(),
        **_looks(instructor),
    }


def _reading() -> dict[str, Any]:
    return {
        "nb_execution_mode": "off",
        "nb_merge_streams": True,
        "nb_code_prompt_show": "Show the code",
        "nb_code_prompt_hide": "Hide the code",
        "myst_enable_extensions": ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"],
        # Mathematics as JupyterLab reads it.
        "myst_dmath_double_inline": True,
        "myst_dmath_allow_labels": False,
    }


def _network_free() -> dict[str, Any]:
    return {
        "mathjax_path": MATHJAX,
        "mathjax3_config": {"options": {"ignoreHtmlClass": "mathjax_ignore"}},
        # Formulas also stand in what notebooks display, such as the self-tests.
        "myst_mathjax_classes": "math|output",
        # The programs that live widgets need are fetched from elsewhere; the explorers leave frames without them.
        "nb_ipywidgets_js": {},
    }


def _looks(instructor: bool) -> dict[str, Any]:
    banner = {"announcement": "Instructor's edition: it shows the solutions. Don't hand it out."} if instructor else {}
    return {
        "html_theme": "furo",
        "html_theme_options": banner,
        "html_static_path": ["static"],
        "html_extra_path": ["extra"],
        "html_css_files": [_STYLE.name],
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_show_sphinx": False,
        "html_show_copyright": False,
    }
