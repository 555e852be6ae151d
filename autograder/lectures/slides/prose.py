"""Prose for a slide: what the last row should read stays on it, the rest is for the lecturer to say.

Headings, formulas, tables and lists stay. Of a paragraph stay the sentences that its author has emphasised and the one
that leads to a formula, table or list; a long list entry is cut in the same way. Folded hints are for the lecturer.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it.token import Token
from markupsafe import Markup

from autograder.lectures.slides.blocks import ROOM, Block, height_of_formula, height_of_rows, height_of_text
from autograder.render.markdown import parser

# What must not be cut in two, or taken for the end of a sentence: mathematics and code.
_WHOLE: Final = re.compile(r"\$\$.+?\$\$|\$[^$]+\$|`[^`]+`|\]\([^)]*\)", re.DOTALL)
_END: Final = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!\beq\.)(?<!\bvs\.)([*\")\]]*)\s+(?=[\"(*\[]*[A-Z\x00])")
_RUN_IN: Final = re.compile(r"\*\*[^*]{1,60}[.:?!]?\*\*[.:]?")
_LONG_ENTRY: Final = 26  # words
_SHORT: Final = 70  # words of a paragraph that a nearly empty slide has room for
_TO_FILL_IN: Final = "*My "  # predictions and verdicts that a class makes before it sees the result


@dataclass(frozen=True)
class Prose:
    """A cell of prose: ``level`` of its heading is 0 where there is none; ``notes`` and titles are HTML.

    ``fuller`` holds its short paragraphs whole. It ``predicts`` where it asks the class what will come out.
    """

    level: int
    title: str
    blocks: tuple[Block, ...]
    fuller: tuple[Block, ...]
    notes: str
    hints: str
    words: int
    predicts: bool


def read_prose(text: str) -> Prose:
    """Divide a cell of Markdown into what stands on slides and what is said.

    Hints are apart; ``words`` counts without them.
    """
    groups = list(_groups(_MARKDOWN.parse(text)))
    level, title = 0, ""
    if groups and groups[0][0].type == "heading_open":
        level, title = int(groups[0][0].tag[1]), _inline(groups[0][1].content)
        groups = groups[1:]
    folded = [group for group in groups if _is_folded(group)]
    spoken = [group for group in groups if not _is_folded(group)]
    blocks, fuller = (
        tuple(block for index in range(len(spoken)) for block in _blocks(spoken, index, whole=whole))
        for whole in (False, True)
    )
    if not blocks and spoken and spoken[0][0].type == "paragraph_open" and level:
        blocks = (_text(sentences(spoken[0][1].content)[:1]),)
    said = "".join(_render(group) for group in spoken if group[0].type != "table_open")
    words = sum(len(token.content.split()) for group in spoken for token in group if token.type == "inline")
    return Prose(level, title, blocks, fuller, said, "".join(map(_render, folded)), words, _TO_FILL_IN in text)


def sentences(text: str) -> list[str]:
    """Return a paragraph's sentences; none ends inside mathematics, code or emphasis."""
    kept: list[str] = []

    def hide(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\x00{len(kept) - 1}\x01"

    hidden = _WHOLE.sub(hide, text.replace("\n", " "))
    parts = _END.sub(r"\1\n", hidden).split("\n")
    whole = [re.sub(r"\x00(\d+)\x01", lambda match: kept[int(match[1])], part) for part in parts]
    return _balanced(whole)


def _balanced(parts: Sequence[str]) -> list[str]:
    """Join parts of which one opens an emphasis that a later one closes."""
    joined: list[str] = []
    for part in parts:
        if joined and joined[-1].count("*") % 2 + (joined[-1].count("**") % 2):
            joined[-1] += f" {part}"
        else:
            joined.append(part)
    return joined


def _groups(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the top-level elements; what lies between the lines of a fold is one of them."""
    group: list[Token] = []
    depth = folds = 0
    for token in tokens:
        group.append(token)
        depth += token.nesting
        if token.type == "html_block":
            folds += token.content.count("<details") - token.content.count("</details")
        if depth == 0 and folds == 0:
            yield group
            group = []
    if group:
        yield group


def _is_folded(group: Sequence[Token]) -> bool:
    return group[0].type == "html_block" and "<details" in group[0].content


def _blocks(groups: Sequence[Sequence[Token]], index: int, *, whole: bool) -> Iterator[Block]:
    """Yield what stays on a slide of one element; of a short paragraph all of it if it may stay ``whole``."""
    group, kind = groups[index], groups[index][0].type
    if kind == "paragraph_open":
        following = groups[index + 1][0].type if index + 1 < len(groups) else ""
        before = groups[index - 1][0].type if index else ""
        text, leads = group[1].content, _leads_to(following)
        if whole and len(text.split()) <= _SHORT:
            yield _text([text], leads=leads)
        elif kept := _kept(text, leads=leads, explains=before == "math_block"):
            yield _text(kept, leads=leads)
        elif before == "heading_open":
            yield _text(sentences(text)[:1])
    elif kind in ("bullet_list_open", "ordered_list_open"):
        yield from _list(group)
    elif kind == "table_open":
        yield from _table(group)
    elif kind.startswith("math_block"):
        yield Block("formula", Markup(_render(group)), height_of_formula(group[0].content))
    else:
        text = "".join(token.content for token in group)
        yield Block("text", Markup(_render(group)), height_of_text(text), leads=kind == "heading_open")


def _leads_to(kind: str) -> bool:
    return kind.startswith("math_block") or kind in ("table_open", "bullet_list_open", "ordered_list_open")


def _kept(text: str, *, leads: bool, explains: bool) -> list[str]:
    """Return a paragraph's sentences that stay on the slide."""
    if text.startswith(_TO_FILL_IN):
        return [text]
    parts = sentences(text)
    chosen = {number for number, part in enumerate(parts) if "**" in part or "$$" in part}
    # A label that is run in, such as "Shapes.", says nothing without the sentence after it.
    chosen |= {number + 1 for number in chosen if _RUN_IN.fullmatch(parts[number].strip())}
    if leads:
        chosen.add(len(parts) - 1)
    if explains and text[:1].islower():
        chosen.add(0)
    return [part for number, part in enumerate(parts) if number in chosen]


def _text(parts: Sequence[str], *, leads: bool = False) -> Block:
    text = " ".join(parts)
    return Block("text", Markup(f"<p>{_inline(text)}</p>"), height_of_text(text), leads or text.endswith(":"))


def _list(group: Sequence[Token]) -> Iterator[Block]:
    """Yield a block for each entry, so that a long list can go on on the next slide; steps come one by one."""
    tag = group[0].tag
    start = int(group[0].attrs.get("start", 1))
    for number, entry in enumerate(_entries(group), start=start):
        content = [token for token in entry if token.type == "inline"]
        text = " ".join(token.content for token in content)
        html = _render(entry)
        if len(content) == 1 and len(text.split()) > _LONG_ENTRY:
            text = " ".join(_kept(text, leads=False, explains=False) or sentences(text)[:1])
            html = f"<li>{_inline(text)}</li>"
        numbered = f' start="{number}"' if tag == "ol" else ""
        later = tag == "ol" and number > start
        yield Block("list", Markup(f"<{tag}{numbered}>{html}</{tag}>"), height_of_text(text), fragment=later)


def _table(group: Sequence[Token]) -> Iterator[Block]:
    """Yield a table, in parts with the same heading if it is too long for a slide."""
    heading, *rows = _rows(group)
    while rows:
        most = next((n for n in range(len(rows), 1, -1) if _height([heading, *rows[:n]]) <= ROOM), 1)
        # As long a part as the others: a single row that is left over would look lost.
        count = math.ceil(len(rows) / math.ceil(len(rows) / most))
        tokens = [*heading, *(token for row in rows[:count] for token in row)]
        yield Block("table", Markup(f"<table>{_render(tokens)}</table>"), _height([heading, *rows[:count]]))
        rows = rows[count:]


def _height(rows: Sequence[Sequence[Token]]) -> int:
    return height_of_rows([[token.content for token in row if token.type == "inline"] for row in rows])


def _entries(group: Sequence[Token]) -> Iterator[list[Token]]:
    entry: list[Token] = []
    for token in group[1:-1]:
        entry.append(token)
        if token.type == "list_item_close" and token.level == group[0].level + 1:
            yield entry
            entry = []


def _rows(group: Sequence[Token]) -> Iterator[list[Token]]:
    row: list[Token] = []
    for token in group:
        if token.type == "tr_open":
            row = []
        row.append(token)
        if token.type == "tr_close":
            yield row


def _render(group: Sequence[Token]) -> str:
    return str(_MARKDOWN.renderer.render(group, _MARKDOWN.options, {}))


def _inline(text: str) -> str:
    return str(_MARKDOWN.renderInline(text))


_MARKDOWN: Final = parser(html=True)
