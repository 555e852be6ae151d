"""The self-test in a notebook: a unit's questions, where choosing an answer explains it; it carries no points.

It is plain HTML without scripts, so that it works live, in a saved notebook, in an HTML page and without a network.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from IPython.display import display
from markupsafe import Markup

from autograder.render.markdown import parser
from autograder.render.templates import templates
from autograder.student.questions import Question, QuestionsError, load_questions

FILE_NAME: Final = "questions.yaml"
_TEMPLATE_FOLDER: Final = Path(__file__).parent / "templates"
_TEMPLATES: Final = templates(_TEMPLATE_FOLDER)
_STYLE: Final = Markup((_TEMPLATE_FOLDER / "quiz.css").read_text(encoding="utf-8"))
_UNIT: Final = re.compile(r"\d\d(-.+)?")


def self_test(path_or_unit: str | Path | None = None) -> None:
    """Display a unit's self-test.

    path_or_unit: a ``questions.yaml``, its folder, or a unit such as ``"04"``; without it, the one beside the notebook.
    What can't be found or read is said in place of the questions.
    """
    try:
        questions = load_questions(find_questions(path_or_unit, Path.cwd()))
    except QuestionsError as error:
        page = _render("message.html.j2", lines=str(error).splitlines())
        display({"text/html": page, "text/plain": f"The self-test can't be shown.\n{error}"}, raw=True)
        return
    display({"text/html": quiz_page(questions), "text/plain": _as_text(questions)}, raw=True)


def quiz_page(questions: tuple[Question, ...]) -> str:
    """Return the questions as HTML in which each option opens onto its explanation."""
    entries = [
        {
            "text": block_html(question.question),
            "several_correct": question.several_correct,
            "options": [
                {"text": inline_html(option.text), "correct": option.correct, "why": inline_html(option.why)}
                for option in question.options
            ],
        }
        for question in questions
    ]
    return _render("quiz.html.j2", questions=entries, style=_STYLE)


def find_questions(path_or_unit: str | Path | None, folder: Path) -> Path:
    """Return the questions that are meant, seen from ``folder``; ``QuestionsError`` names where it has looked."""
    places = list(_places(path_or_unit, folder))
    for place in places:
        if place.is_file():
            return place
    wanted = "" if path_or_unit is None else f" for {str(path_or_unit)!r}"
    looked = ", ".join(str(place) for place in places)
    raise QuestionsError(f"no {FILE_NAME}{wanted} was found; looked for {looked}")


def _places(path_or_unit: str | Path | None, folder: Path) -> Iterator[Path]:
    if path_or_unit is None:
        yield folder / FILE_NAME
        return
    given = folder / path_or_unit
    if given.suffix in {".yaml", ".yml"}:
        yield given
        return
    yield given / FILE_NAME
    unit = Path(path_or_unit).name
    if not _UNIT.fullmatch(unit):
        return
    if folder.name.startswith(unit) or not _UNIT.fullmatch(folder.name):
        yield folder / FILE_NAME
    for base in (folder, folder.parent):
        for place in (base, base / "work", base / "course", base / "solutions"):
            yield from sorted(place.glob(f"{unit}*/{FILE_NAME}"))


def _as_text(questions: tuple[Question, ...]) -> str:
    lines = ["Self-test"]
    for number, question in enumerate(questions, start=1):
        lines.append(f"{number}. {question.question}")
        lines += [f"   {letter}. {option.text}" for letter, option in zip("ABCDEFGHIJ", question.options, strict=False)]
    return "\n".join(lines)


def _render(template: str, **fields: Any) -> str:
    return _TEMPLATES.get_template(template).render(**fields)


def block_html(text: str) -> Markup:
    """Return Markdown of a question as HTML, TeX between the marks that MathJax and Anki typeset."""
    return Markup(_MARKDOWN.render(text))


def inline_html(text: str) -> Markup:
    """Return one paragraph of Markdown as HTML without the paragraph around it."""
    return Markup(_MARKDOWN.renderInline(text))


_MARKDOWN: Final = parser(html=False)
