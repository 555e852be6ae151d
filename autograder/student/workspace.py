"""A student's working copy: made from the release once, carried over to newer ones, never lost."""

import json
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.units import UNITS

ROOT = Path(__file__).parents[2]
MARKER = ".course"
PRISTINE = "released"
BACKUPS = "backups"
STUDENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")

Notebook = dict[str, Any]
CellDict = dict[str, Any]


class WorkspaceError(Exception):
    """Raised for what a student can put right; its message says how."""


def is_workspace(folder: Path) -> bool:
    """Whether a folder was made by ``course lab``."""
    return (folder / MARKER).is_dir()


def prepare(root: Path = ROOT, work: Path | None = None) -> list[str]:
    """Copy the units of the release that aren't in the workspace yet, and return their names."""
    work = work or root / "work"
    released = released_units(root)
    if not released:
        raise WorkspaceError(f"There is no release in {root / 'course'}: this copy of the course is incomplete.")
    (work / MARKER / PRISTINE).mkdir(parents=True, exist_ok=True)
    new = [unit for unit in released if not (work / unit / f"{unit}.ipynb").exists()]
    for unit in new:
        _copy_release(unit, root, work)
        write(work / unit / f"{unit}.ipynb", _release(unit, root))
    return new


def update(root: Path = ROOT, work: Path | None = None) -> list[str]:
    """Carry the student's cells over to a newer release; return a sentence for each unit that changed.

    The notebook as it was is kept as a backup, which the sentence names.
    """
    work = work or root / "work"
    told = [f"{unit}: new, copied" for unit in prepare(root, work)]
    for unit in released_units(root):
        pristine = (work / MARKER / PRISTINE / f"{unit}.ipynb").read_bytes()
        if pristine == _release(unit, root):
            continue
        own = _read(work / unit / f"{unit}.ipynb")
        kept = backup(unit, work)
        merged = carry_over(own, json.loads(pristine), json.loads(_release(unit, root)))
        _copy_release(unit, root, work)
        write(work / unit / f"{unit}.ipynb", _to_bytes(merged))
        told.append(f"{unit}: updated, your cells carried over; the notebook as it was is {kept}")
    return told


def reset(unit: str, component: str | None = None, root: Path = ROOT, work: Path | None = None) -> str:
    """Put an exercise, or a whole unit, back as it was released; return a sentence that names the backup."""
    work = work or root / "work"
    if unit not in released_units(root):
        raise WorkspaceError(f"There is no unit {unit!r}. The units are: {', '.join(released_units(root))}.")
    path, fresh = work / unit / f"{unit}.ipynb", json.loads(_release(unit, root))
    if component is None:
        kept = backup(unit, work) if path.exists() else "none: there was no notebook"
        prepare(root, work)
        write(path, _to_bytes(fresh))
        return f"{unit} is as it was released. Backup: {kept}"
    original = next((cell for cell in fresh["cells"] if label(cell) == component), None)
    if original is None:
        names = [label(cell) for cell in fresh["cells"] if is_solution(cell)]
        raise WorkspaceError(f"{unit} has no exercise {component!r}. It has: {', '.join(names)}.")
    own = _read(path)
    cells = [original if label(cell) == component else cell for cell in own["cells"]]
    if original not in cells:
        cells = carry_over({**own, "cells": cells}, fresh, fresh)["cells"]
    kept = backup(unit, work)
    write(path, _to_bytes({**own, "cells": cells}))
    return f"{component} is as it was released. Backup: {kept}"


def submit(unit: str, student: str, to: Path, root: Path = ROOT, work: Path | None = None) -> Path:
    """Put the student's notebook where the grader looks, with the time, and return its path."""
    if not STUDENT_ID.fullmatch(student):
        raise WorkspaceError(f"{student!r} can't be a student's id: use up to 64 letters, digits and . _ @ + -")
    path = (work or root / "work") / unit / f"{unit}.ipynb"
    _read(path)
    target = to / student / unit / f"{unit}.ipynb"
    write(target, path.read_bytes())
    write(target.with_name("timestamp.txt"), f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC\n".encode())
    return target


def carry_over(own: Notebook, pristine: Notebook, fresh: Notebook) -> Notebook:
    """Return the newer release with everything in it that the student wrote.

    Solution cells, edited prose and demo cells keep the student's text; cells that the student added, or that the newer
    release no longer has, stay behind the cell that they followed. Locked cells are the release's.
    """
    before = {cell["id"]: text(cell) for cell in pristine["cells"]}
    there = {cell["id"] for cell in fresh["cells"]}
    edited: dict[str, CellDict] = {}
    added: dict[str | None, list[CellDict]] = {}
    place: str | None = None
    for cell in own["cells"]:
        identity = cell.get("id")
        if identity in before and identity in there:
            place = identity
            if text(cell) != before[identity] and identity not in edited:
                edited[identity] = cell
                continue
            if text(cell) == before[identity]:
                continue
        elif identity in before and text(cell) == before[identity]:
            continue
        if not is_locked(cell):
            added.setdefault(place, []).append(as_added(cell))
    cells = [*added.get(None, [])]
    for cell in fresh["cells"]:
        mine = edited.get(cell["id"])
        cells.append({**cell, "source": mine["source"]} if mine and not is_locked(cell) else cell)
        cells += added.get(cell["id"], [])
    return {**fresh, "cells": _with_unique_ids(cells)}


def backup(unit: str, work: Path) -> Path:
    """Copy the student's notebook aside under a name that no other backup has, and return it."""
    folder = work / BACKUPS
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    names = (f"{unit}-{stamp}{suffix}.ipynb" for suffix in ("", *(f"-{i}" for i in range(2, 1000))))
    path = next(folder / name for name in names if not (folder / name).exists())
    shutil.copy2(work / unit / f"{unit}.ipynb", path)
    return path


def released_units(root: Path = ROOT) -> tuple[str, ...]:
    """Return the units of which there is a release."""
    return tuple(unit for unit in UNITS if (root / "course" / unit / f"{unit}.ipynb").exists())


def label(cell: CellDict) -> str:
    """Return a cell's grade_id, or an empty text."""
    return str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))


def is_solution(cell: CellDict) -> bool:
    """Whether a cell is an exercise's solution cell."""
    return bool(cell.get("metadata", {}).get("nbgrader", {}).get("solution"))


def is_locked(cell: CellDict) -> bool:
    """Whether a cell is the release's to change."""
    return bool(cell.get("metadata", {}).get("nbgrader", {}).get("locked"))


def text(cell: CellDict) -> str:
    """Return a cell's source as one text."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def as_added(cell: CellDict) -> CellDict:
    """Return a cell as one of the student's own, without a grader's mark."""
    metadata = {key: value for key, value in cell.get("metadata", {}).items() if key != "nbgrader"}
    return {**cell, "metadata": metadata}


def write(path: Path, content: bytes) -> None:
    """Write a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    os.replace(partial, path)


def _with_unique_ids(cells: list[CellDict]) -> list[CellDict]:
    seen: set[str] = set()
    unique = []
    for index, cell in enumerate(cells):
        identity = str(cell.get("id", f"own-{index}"))
        while identity in seen:
            identity += "-own"
        seen.add(identity)
        unique.append({**cell, "id": identity[:64]})
    return unique


def _copy_release(unit: str, root: Path, work: Path) -> None:
    """Everything of a unit's release but the notebook, and the notebook as a pristine copy to compare with later."""
    for path in sorted((root / "course" / unit).iterdir()):
        if path.is_file() and path.suffix != ".ipynb":
            write(work / unit / path.name, path.read_bytes())
    write(work / MARKER / PRISTINE / f"{unit}.ipynb", _release(unit, root))


def _release(unit: str, root: Path) -> bytes:
    return (root / "course" / unit / f"{unit}.ipynb").read_bytes()


def _read(path: Path) -> Notebook:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if not all(isinstance(cell, dict) for cell in notebook["cells"]):
            raise ValueError
    except FileNotFoundError:
        raise WorkspaceError(f"There is no notebook {path}. Start with: course lab") from None
    except (ValueError, KeyError, TypeError):
        raise WorkspaceError(f"{path} is not a notebook that can be read; put it back with: course reset") from None
    return dict(notebook)


def _to_bytes(notebook: Notebook) -> bytes:
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
