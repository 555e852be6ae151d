"""Reads a notebook file that anyone may have written: bytes in, plain cells out, or a reason why not.

Every step is linear in the file's size and none of them trusts its structure.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

MAX_BYTES = 64_000_000
MAX_BRACKETS = 5_000_000
MAX_CELLS = 5_000
MAX_TEXT = 200
MEGABYTE = 1_000_000

CellType = Literal["code", "markdown", "raw"]


class Rejected(Exception):
    """A submission that can't be graded; its message is the reason, for the student and the instructor."""


@dataclass(frozen=True)
class FileCell:
    """A cell as the file has it; ``label`` is its grade_id and ``points`` what it claims to be worth."""

    type: CellType
    source: str
    label: str = ""
    tags: tuple[str, ...] = ()
    points: float | None = None


@dataclass(frozen=True)
class NotebookFile:
    """The parts of a notebook file that grading looks at; ``unit`` and ``release`` are empty where it doesn't say."""

    cells: tuple[FileCell, ...]
    unit: str
    release: str
    notes: tuple[str, ...]


def parse_notebook(raw: bytes) -> NotebookFile:
    """Read a notebook file of format 3, 4 or 5; :class:`Rejected` names what is wrong with anything else."""
    _refuse_by_size(raw)
    text, notes = decode(raw)
    document = _load(text)
    cells = list(_raw_cells(document))
    if len(cells) > MAX_CELLS:
        raise Rejected(f"The notebook has {len(cells):,} cells; at most {MAX_CELLS:,} are graded.")
    course = _mapping(_mapping(document.get("metadata")).get("course"))
    return NotebookFile(
        cells=tuple(_cell(cell) for cell in cells if isinstance(cell, dict)),
        unit=_text(course.get("unit")),
        release=_text(course.get("release")),
        notes=tuple(notes),
    )


def decode(raw: bytes) -> tuple[str, list[str]]:
    """Return a file's text in whichever encoding it is, with a note where that had to be guessed."""
    encoding = json.detect_encoding(raw)
    try:
        return raw.decode(encoding), []
    except UnicodeDecodeError:
        # What an editor on Windows leaves behind; every byte means something in it, at worst the wrong letter.
        return raw.decode("cp1252", errors="replace"), ["The file isn't UTF-8; it was read as Windows-1252."]


def clean(text: str) -> str:
    """Return text with plain line ends and without lone surrogates, which no file could hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode("utf-8")


def too_large(size: int) -> str:
    """Return why a file of that many bytes is not read."""
    return (
        f"The file has {size / MEGABYTE:,.0f} MB and at most {MAX_BYTES / MEGABYTE:.0f} MB are read. "
        "Clear the outputs of all cells, save, and submit again."
    )


def _refuse_by_size(raw: bytes) -> None:
    if not raw.strip():
        raise Rejected("The file is empty.")
    if len(raw) > MAX_BYTES:
        raise Rejected(too_large(len(raw)))
    if raw.count(b"[") + raw.count(b"{") > MAX_BRACKETS:
        raise Rejected("The file nests more lists than a notebook can. Clear all outputs, save, and submit again.")


def _load(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except RecursionError:
        raise Rejected("The file is nested too deeply to be a notebook.") from None
    except ValueError as error:
        raise Rejected(_why_not_json(text, error)) from None
    if not isinstance(document, dict):
        raise Rejected(f"The file isn't a notebook: it holds a JSON {type(document).__name__}, not an object.")
    return document


def _why_not_json(text: str, error: ValueError) -> str:
    start = text.lstrip()[:200].lower()
    if re.search(r"^(<{7}|>{7}) ", text, re.MULTILINE):
        return "The file holds an unresolved merge conflict (lines that begin with <<<<<<<), so it isn't a notebook."
    if start.startswith(("<!doctype html", "<html")):
        return "The file is a web page, not a notebook: download the notebook itself, not the page that shows it."
    if start.startswith("pk"):
        return "The file is a zip archive, not a notebook: unpack it and submit the notebook inside."
    if isinstance(error, json.JSONDecodeError):
        return f"The file isn't a notebook: it stops being JSON at line {error.lineno}, column {error.colno}."
    return "The file isn't a notebook: it holds a number too long to be read."


def _raw_cells(document: dict[str, Any]) -> Iterator[Any]:
    cells = document.get("cells")
    if isinstance(cells, list):
        yield from cells
        return
    worksheets = document.get("worksheets")
    if not isinstance(worksheets, list):
        raise Rejected("The file isn't a notebook: it has no list of cells.")
    for worksheet in worksheets:
        inner = _mapping(worksheet).get("cells")
        yield from inner if isinstance(inner, list) else ()


def _cell(cell: dict[str, Any]) -> FileCell:
    metadata = _mapping(cell.get("metadata"))
    nbgrader = _mapping(metadata.get("nbgrader"))
    tags = metadata.get("tags")
    points = nbgrader.get("points")
    return FileCell(
        type=_cell_type(cell.get("cell_type")),
        source=clean(_joined(cell.get("source", cell.get("input")))),
        label=_text(nbgrader.get("grade_id")),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        points=float(points) if isinstance(points, (int, float)) and abs(points) < MEGABYTE else None,
    )


def _cell_type(value: Any) -> CellType:
    if value == "code":
        return "code"
    return "raw" if value == "raw" else "markdown"


def _joined(source: Any) -> str:
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _text(value: Any) -> str:
    return clean(str(value))[:MAX_TEXT] if type(value) in (str, int, float) else ""


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
