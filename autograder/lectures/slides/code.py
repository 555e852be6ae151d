"""Code cells and their outputs as blocks of a slide."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup, escape
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.authoring.source import without_magics
from autograder.lectures import frames
from autograder.lectures.slides.blocks import PICTURE, ROOM, Block, height_of_code
from autograder.lectures.slides.prose import read_prose
from autograder.render.text import printable

STYLE: Final = "a11y-high-contrast-light"
_LINES: Final = 22
# So few lines more are set smaller instead.
_MOST_LINES: Final = 27
# A cell longer than this shows what it prints, not how.
_LONGEST_SHOWN: Final = 2 * _LINES
# Helpers that are longer, and show nothing yet, are for reading.
_LONGEST_UNSTUDIED: Final = 12
# Code of so few lines stays whole.
_FEW_LINES: Final = 6
_PRINTERS: Final = frozenset({"print", "display", "Markdown"})
_FORMATTER: Final = HtmlFormatter(style=STYLE, cssclass="code")
_SECTION: Final = re.compile(r"<(/?)section\b")
_IN_FRAMES: Final = (Path(__file__).parent / "templates" / "deck_frame.html").read_text(encoding="utf-8")


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
        empty = [number for number in range(_LINES // 2, _LINES) if not lines[number].strip()]
        cut = empty[-1] if empty else _LINES
        parts.append("\n".join(lines[:cut]).rstrip())
        lines = lines[cut:]
        while lines and not lines[0].strip():
            lines = lines[1:]
    return [*parts, "\n".join(lines)]


def demo_blocks(text: str, outputs: Iterable[NotebookNode], *, studied: bool = False) -> Iterator[Block]:
    """Yield what a demo shows: its pictures and tables without the code that makes them, others below short code.

    Long code without results is only shown where it is ``studied`` itself.
    """
    made = list(output_blocks(outputs))
    drawn = any(block.kind in ("figure", "explorer", "table") for block in made)
    told = without_printing(text)
    longest = _LONGEST_SHOWN if made or studied else _LONGEST_UNSTUDIED
    if told and not drawn and not only_prepares(text) and told.count("\n") < longest:
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


def output_blocks(outputs: Iterable[NotebookNode]) -> Iterator[Block]:
    """Yield outputs, consecutive text as one."""
    printed = ""
    for output in outputs:
        data: dict[str, Any] = output.get("data", {})
        if "text/html" in data:
            yield from _printed(printed)
            printed = ""
            yield _html(data["text/html"])
        elif "text/markdown" in data:
            yield from read_prose(data["text/markdown"]).blocks
        else:
            printed += output.get("text", "") or f"{data.get('text/plain', '')}\n"
    yield from _printed(printed)


def _printed(text: str) -> Iterator[Block]:
    if not text.strip():
        return
    lines = printable(text).rstrip().splitlines()
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], f"… and {len(lines) - _LINES + 1} more lines in the notebook"]
    shown = "\n".join(lines)
    yield Block("output", Markup("<pre class=output>{}</pre>").format(shown), height_of_code(shown))


def _html(html: str) -> Block:
    if title := frames.title(html):
        return _explorer(title, html)
    figure = _Figure()
    figure.feed(html)
    if figure.source and html.count("<img") == 1:
        return Block("figure", _picture(figure), PICTURE)
    # Reveal takes every section for a slide.
    plain = _SECTION.sub(r"<\1div", html)
    return Block("output", Markup(f'<div class="html">{plain}</div>'), ROOM // 2)


def _explorer(title: str, html: str) -> Block:
    """Return an explorer's frames, which need no kernel; inside, they fit themselves into the room they get."""
    source = frames.address(frames.with_head(html, _IN_FRAMES))
    return Block("explorer", Markup('<iframe title="{}" src="{}"></iframe>').format(Markup(title), source), ROOM)


class _Figure(HTMLParser):
    """Reads a figure as figures.style.show displays it."""

    def __init__(self) -> None:
        super().__init__()
        self.source = self.alt = self.caption = ""
        self._in_caption = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "img":
            self.source, self.alt = found.get("src") or "", found.get("alt") or ""
        self._in_caption = tag == "figcaption"

    def handle_data(self, data: str) -> None:
        if self._in_caption:
            self.caption += data


def _picture(figure: _Figure) -> Markup:
    html = '<figure><img src="{}" alt="{}"><figcaption>{}</figcaption></figure>'
    return Markup(html).format(figure.source, figure.alt, escape(figure.caption.strip()))
