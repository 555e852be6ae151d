"""Carries what a student wrote over into a newer release of a notebook; nothing that they wrote is left behind.

Three notebooks meet, as their JSON: the student's ``own``, the release that it was ``base``d on, and the ``fresh`` one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import count
from typing import Any

Cell = Mapping[str, Any]
Notebook = Mapping[str, Any]

NOTE = "*You had changed the locked cell above; a newer release has put it back. Your version:*"


def carry_over(own: Notebook, base: Notebook, fresh: Notebook) -> dict[str, Any]:
    """Return the fresh notebook with the student's solutions, edits and added cells in their places.

    An added cell stays behind the cell that it followed. Where both changed a cell of prose or a demo, the student's
    comes right after the release's. Locked cells are the release's; a change to one stays as a note.
    """
    in_base = _matches(own["cells"], base["cells"])
    in_fresh = _successors(base["cells"], fresh["cells"])
    versions: dict[int, tuple[Cell, Cell]] = {}
    behind: dict[int, list[Cell]] = {}
    place = -1
    for index, cell in enumerate(own["cells"]):
        original = base["cells"][in_base[index]] if index in in_base else None
        successor = in_fresh.get(in_base.get(index, -1))
        if original is not None and successor is not None:
            place = successor
            versions[successor] = (cell, original)
        elif original is None or text(cell) != text(original):
            behind.setdefault(place, []).append(as_added(cell))
    pieces = [(cell, False) for cell in behind.get(-1, ())]
    for index, cell in enumerate(fresh["cells"]):
        released, *after = _merged(cell, *versions[index]) if index in versions else [cell]
        pieces += [(released, True), *((cell, False) for cell in (*after, *behind.get(index, ())))]
    metadata = {**own.get("metadata", {}), **fresh["metadata"]}
    return {**fresh, "metadata": metadata, "cells": _with_unique_ids(pieces)}


def closest(own: Notebook, releases: Sequence[Notebook]) -> int:
    """Return the index of the release that a student's notebook has most cells of, untouched.

    Of several such releases it is the one of the same number, then the last.
    """
    cells = {(cell.get("id"), text(cell)) for cell in own["cells"]}
    shared = [sum((cell.get("id"), text(cell)) in cells for cell in release["cells"]) for release in releases]
    same = [release["metadata"].get("course") == own.get("metadata", {}).get("course") for release in releases]
    return max(range(len(releases)), key=lambda index: (shared[index], same[index], index))


def text(cell: Cell) -> str:
    """Return a cell's source as one text."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def label(cell: Cell) -> str:
    """Return a cell's grade_id, or an empty text."""
    return str(_nbgrader(cell).get("grade_id", ""))


def is_solution(cell: Cell) -> bool:
    """Whether a cell is an exercise's solution cell."""
    return bool(_nbgrader(cell).get("solution"))


def is_locked(cell: Cell) -> bool:
    """Whether a cell is the release's to change."""
    return bool(_nbgrader(cell).get("locked"))


def as_added(cell: Cell) -> dict[str, Any]:
    """Return a cell as one of the student's own, free to edit and without a grader's mark."""
    marks = ("nbgrader", "deletable", "editable")
    metadata = {key: value for key, value in cell.get("metadata", {}).items() if key not in marks}
    return {**cell, "metadata": metadata}


def _nbgrader(cell: Cell) -> Mapping[str, Any]:
    metadata = cell.get("metadata", {}).get("nbgrader")
    return metadata if isinstance(metadata, dict) else {}


def _matches(own: Sequence[Cell], base: Sequence[Cell]) -> dict[int, int]:
    """Return which base cell each own cell is: by id, else by label, else (a tool may have renewed all ids) by text."""
    found: dict[int, int] = {}
    keys: list[Callable[[Cell], Any]] = [
        lambda cell: cell.get("id") and (cell["id"], cell.get("cell_type")),
        label,
        lambda cell: text(cell) and (cell.get("cell_type"), text(cell)),
    ]
    for key in keys:
        free: dict[Any, list[int]] = {}
        for index in set(range(len(base))) - set(found.values()):
            free.setdefault(key(base[index]), []).append(index)
        for index, cell in enumerate(own):
            if index not in found and key(cell) and free.get(key(cell)):
                found[index] = free[key(cell)].pop(0)
    return found


def _successors(base: Sequence[Cell], fresh: Sequence[Cell]) -> dict[int, int]:
    """Return which fresh cell each base cell has become: by label, or by its place among cells that stayed the same."""
    labels = {label(cell): index for index, cell in enumerate(fresh) if label(cell)}
    found = {index: labels[label(cell)] for index, cell in enumerate(base) if label(cell) in labels}
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, _keys(base), _keys(fresh), autojunk=False).get_opcodes():
        if kind == "equal":
            found.update((i, j) for i, j in zip(range(i1, i2), range(j1, j2), strict=True) if not label(base[i]))
        elif kind == "replace":
            found.update(_paired(base, fresh, range(i1, i2), range(j1, j2)))
    return found


def _keys(cells: Iterable[Cell]) -> list[tuple[str, str]]:
    return [("label", label(cell)) if label(cell) else (cell["cell_type"], text(cell)) for cell in cells]


def _paired(base: Sequence[Cell], fresh: Sequence[Cell], old: range, new: range) -> Iterator[tuple[int, int]]:
    """Yield which reworded cell is which, for each type of cell of which there are as many as before."""
    for kind in ("markdown", "code", "raw"):
        olds = [i for i in old if base[i]["cell_type"] == kind and not label(base[i])]
        news = [j for j in new if fresh[j]["cell_type"] == kind and not label(fresh[j])]
        if len(olds) == len(news):
            yield from zip(olds, news, strict=True)


def _merged(fresh: Cell, own: Cell, base: Cell) -> list[Cell]:
    if text(own) == text(base) or text(own) == text(fresh):
        return [_with_outputs(fresh, own)]
    if is_locked(fresh):
        return [fresh, _note(own)]
    if is_solution(fresh) or text(fresh) == text(base):
        return [_with_text(fresh, own)]
    return [fresh, as_added(own)]


def _with_text(fresh: Cell, own: Cell) -> Cell:
    kept = {key: own[key] for key in ("source", "attachments", "outputs", "execution_count") if key in own}
    return {**fresh, **kept}


def _with_outputs(fresh: Cell, own: Cell) -> Cell:
    """What was shown still belongs to a cell whose text is the same, unless it is a verdict of other checks."""
    return _with_text(fresh, own) if text(fresh) == text(own) and not is_locked(fresh) else fresh


def _note(own: Cell) -> Cell:
    fence = "`" * 3
    while fence in text(own):
        fence += "`"
    source = f"{NOTE}\n\n{fence}python\n{text(own)}\n{fence}"
    return {"cell_type": "markdown", "id": own.get("id", ""), "metadata": {}, "source": source}


def _with_unique_ids(pieces: Sequence[tuple[Cell, bool]]) -> list[dict[str, Any]]:
    """Return the cells with ids that differ, where those of the release, which are marked by True, keep theirs."""
    taken = {cell["id"] for cell, released in pieces if released}
    fresh_ids = (identity for number in count(1) if (identity := f"own-{number}") not in taken)
    unique = []
    for cell, released in pieces:
        identity = str(cell.get("id") or "")
        if not released:
            identity = identity if identity and identity not in taken else next(fresh_ids)
            taken.add(identity)
        unique.append({**cell, "id": identity})
    return unique
