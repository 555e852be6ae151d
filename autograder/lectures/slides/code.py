"""Code cells as blocks of a slide: whole, in parts, without what only prints, or not at all."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from markupsafe import Markup
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.authoring.source import without_magics
from autograder.lectures.slides.blocks import SCREEN, Block, height_of_code
from autograder.lectures.slides.outputs import output_blocks

STYLE: Final = "a11y-high-contrast-light"
# So few lines more are set smaller instead.
_MOST_LINES: Final = 27
# A cell longer than this shows what it prints, not how.
_LONGEST_SHOWN: Final = 2 * SCREEN
# Code that shows nothing yet: what is shorter only prepares, what is longer is for reading.
_UNSTUDIED: Final = range(3, 13)
# Code of so few lines stays whole.
_FEW_LINES: Final = 6
_PRINTERS: Final = frozenset({"print", "display", "Markdown"})
_FORMATTER: Final = HtmlFormatter(style=STYLE, cssclass="code")


def code_blocks(text: str) -> Iterator[Block]:
    """Yield code, a block for each screenful, divided at empty lines where there are any."""
    for part in screenfuls(text.strip("\n")):
        yield Block("code", Markup(highlight(part, PythonLexer(), _FORMATTER)), height_of_code(part))


def style_sheet() -> str:
    """Return the colours of the code."""
    return str(_FORMATTER.get_style_defs())


def screenfuls(text: str) -> list[str]:
    """Return text in parts of at most a screen's lines."""
    parts: list[str] = []
    lines = text.splitlines()
    while len(lines) > _MOST_LINES:
        empty = [number for number in range(SCREEN // 2, SCREEN) if not lines[number].strip()]
        cut = empty[-1] if empty else SCREEN
        parts.append("\n".join(lines[:cut]).rstrip())
        lines = lines[cut:]
        while lines and not lines[0].strip():
            lines = lines[1:]
    return [*parts, "\n".join(lines)]


def demo_blocks(text: str, outputs: Iterable[NotebookNode], *, studied: bool = False) -> Iterator[Block]:
    """Yield what a demo shows: its pictures and tables without the code that makes them, others below short code.

    Code without results, a line or two or a long helper, is only shown where it is ``studied`` itself.
    """
    made = list(output_blocks(outputs))
    drawn = any(block.kind in ("figure", "explorer", "table") for block in made)
    told = without_printing(text)
    lines = told.count("\n") + 1
    fits = lines <= _LONGEST_SHOWN if made or studied else lines in _UNSTUDIED
    if told and fits and not drawn and not only_prepares(text):
        for block in code_blocks(told):
            yield replace(block, leads=bool(made))
    yield from made


def only_prepares(text: str) -> bool:
    """Whether a cell holds nothing to look at: imports, and what is set or loaded with them."""
    body = ast.parse(without_magics(text)).body
    imports = any(isinstance(statement, ast.Import | ast.ImportFrom) for statement in body)
    return imports and all(isinstance(s, ast.Import | ast.ImportFrom | ast.Expr | ast.Assign) for s in body)


def without_printing(text: str) -> str:
    """Return code without what only prints, since that stands below it; code of a few lines stays as it is."""
    if text.count("\n") < _FEW_LINES:
        return text
    gone: set[int] = set()
    for statement in _printing(ast.parse(without_magics(text)).body):
        gone |= set(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
    kept = "\n".join(line for number, line in enumerate(text.splitlines(), start=1) if number not in gone)
    return re.sub(r"\n{3,}", "\n\n", kept).strip("\n")


def _printing(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that only print, outermost first; definitions are left alone."""
    for statement in body:
        if isinstance(statement, ast.For | ast.With | ast.If):
            inner = list(_printing(statement.body))
            yield from [statement] if inner == statement.body and not getattr(statement, "orelse", []) else inner
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            called = statement.value.func
            if isinstance(called, ast.Name) and called.id in _PRINTERS:
                yield statement
