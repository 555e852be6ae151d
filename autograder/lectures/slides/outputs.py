"""What a cell has printed, drawn or displayed, as blocks of a slide."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup
from nbformat import NotebookNode

from autograder.lectures import frames
from autograder.lectures.slides.blocks import PICTURE, ROOM, SCREEN, Block, height_of_code
from autograder.lectures.slides.prose import read_prose
from autograder.render.text import printable

_SECTION: Final = re.compile(r"<(/?)section\b")
_IN_FRAMES: Final = (Path(__file__).parent / "templates" / "deck_frame.html").read_text(encoding="utf-8")


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
    if len(lines) > SCREEN:
        lines = [*lines[: SCREEN - 1], f"… and {len(lines) - SCREEN + 1} more lines in the notebook"]
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
    return Markup(html).format(figure.source, figure.alt, figure.caption.strip())
