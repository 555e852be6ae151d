"""A student's working copy: made from the release once, carried over to newer ones, never lost."""

import contextlib
import hashlib
import json
import re
import shutil
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from autograder.errors import Mistake
from autograder.grading.files import replacing, write_atomically
from autograder.grading.python_file import is_unwritten
from autograder.student.merging import carry_over, closest, is_solution, label, text
from autograder.student.places import MARKER, ROOT
from autograder.units import UNITS

RELEASED = "released"
BACKUPS = "backups"
STUDENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")

Notebook = dict[str, Any]


class WorkspaceError(Mistake):
    """Raised for what a student can put right; its message says how."""


def released_units(root: Path = ROOT) -> tuple[str, ...]:
    """Return the units of which there is a release."""
    return tuple(unit for unit in UNITS if _released_path(unit, root).exists())


def first_unit(root: Path = ROOT) -> str:
    """Return the first unit of which there is a release; WorkspaceError if there is none."""
    units = released_units(root)
    if not units:
        raise WorkspaceError(f"There is no release in {root / 'course'}: this copy of the course is incomplete.")
    return units[0]


def full_name(unit: str, root: Path = ROOT) -> str:
    """Return a released unit's folder name, also from its number alone; WorkspaceError if there is none."""
    first_unit(root)
    found = [name for name in released_units(root) if unit in (name, name[:2])]
    if not found:
        raise WorkspaceError(f"There is no unit {unit!r}. The units are: {', '.join(released_units(root))}.")
    return found[0]


def prepare(root: Path = ROOT, work: Path | None = None) -> list[str]:
    """Copy the units of the release that aren't in the workspace yet, and return their names."""
    work = work or root / "work"
    first_unit(root)
    new = [unit for unit in released_units(root) if not _own_path(unit, work).exists()]
    for unit in released_units(root):
        if unit in new or not list(_kept_releases(unit, work)):
            _keep_release(unit, root, work)
    for unit in new:
        _copy_beside(unit, root, work)
        write_atomically(_own_path(unit, work), _released_path(unit, root).read_bytes())
    return new


def outdated(root: Path = ROOT, work: Path | None = None) -> list[str]:
    """Return the units whose notebooks in the workspace come from an older release; unreadable ones are passed over."""
    work = work or root / "work"
    older = []
    for unit in released_units(root):
        with contextlib.suppress(WorkspaceError):
            older += [unit] if _base(unit, root, work) != _read(_released_path(unit, root)) else []
    return older


def update(root: Path = ROOT, work: Path | None = None) -> list[str]:
    """Carry the student's cells over to a newer release; return a sentence for each unit that changed.

    The notebook as it was is kept as a backup, which the sentence names. A notebook that can't be read is left alone.
    """
    work = work or root / "work"
    told = [f"{unit}: new, copied" for unit in prepare(root, work)]
    for unit in released_units(root):
        _copy_beside(unit, root, work)
        try:
            told += _update(unit, root, work)
        except WorkspaceError as problem:
            told.append(f"{unit}: left as it is. {problem}")
    return told


def reset(unit: str, component: str | None = None, root: Path = ROOT, work: Path | None = None) -> str:
    """Put an exercise, or a whole unit, back as it was released; return a sentence that names the backup."""
    work = work or root / "work"
    unit = full_name(unit, root)
    path = _own_path(unit, work)
    if component is None:
        kept = f"It was before: {_backup(unit, work)}" if path.exists() else "There was no notebook before."
        prepare(root, work)
        _write(path, _released_path(unit, root).read_bytes())
        return f"{unit} is as it was released. {kept}"
    own = _read(path)
    cells = _with_exercise_reset(own, _read(_released_path(unit, root)), component, unit)
    kept = f"It was before: {_backup(unit, work)}"
    _write(path, _to_bytes({**own, "cells": cells}))
    return f"{component} is as it was released. {kept}"


def submit(unit: str, student: str, to: Path, root: Path = ROOT, work: Path | None = None) -> str:
    """Put the student's notebook where the grader looks, with the time; return what was handed in, and where."""
    if not STUDENT_ID.fullmatch(student):
        raise WorkspaceError(
            f"{student!r} can't be a student's id: up to 64 letters (a to z), digits and . _ @ - are allowed, and the "
            "first must be a letter or digit."
        )
    unit = full_name(unit, root)
    own = _read(_own_path(unit, work or root / "work"))
    exercises = [cell for cell in own["cells"] if is_solution(cell)]
    unwritten = [label(cell) for cell in exercises if is_unwritten(text(cell), label(cell))]
    target = to / student / unit / f"{unit}.ipynb"
    try:
        write_atomically(target.with_name("timestamp.txt"), f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC\n".encode())
        _write(target, _own_path(unit, work or root / "work").read_bytes())
    except OSError as error:
        raise WorkspaceError(f"{target} can't be written: {error.strerror or error}.") from None
    left = f" Not written yet: {', '.join(unwritten)}." if unwritten else ""
    return f"Submitted: {target}. {len(exercises) - len(unwritten)} of {len(exercises)} exercises are written.{left}"


def _update(unit: str, root: Path, work: Path) -> list[str]:
    own, fresh = _read(_own_path(unit, work)), _read(_released_path(unit, root))
    base = _base(unit, root, work)
    if base == fresh:
        return []
    # A run that is cut short between these steps finds the same base again and starts over.
    _keep_release(unit, root, work)
    kept = _backup(unit, work)
    _write(_own_path(unit, work), _to_bytes(carry_over(own, base, fresh)))
    return [f"{unit}: updated, what you wrote is carried over. It was before: {kept}"]


def _with_exercise_reset(own: Notebook, fresh: Notebook, component: str, unit: str) -> list[dict[str, Any]]:
    originals = {label(cell): cell for cell in fresh["cells"] if is_solution(cell)}
    if component not in originals:
        raise WorkspaceError(f"{unit} has no exercise {component!r}. Its exercises are: {', '.join(originals)}.")
    places = [index for index, cell in enumerate(own["cells"]) if label(cell) == component]
    before_check = (index for index, cell in enumerate(own["cells"]) if label(cell) == f"check-{component}")
    place = places[0] if places else next(before_check, len(own["cells"]))
    others = [index for index in range(len(own["cells"])) if index not in places]
    head, tail = [i for i in others if i < place], [i for i in others if i >= place]
    return [*(own["cells"][i] for i in head), originals[component], *(own["cells"][i] for i in tail)]


def _base(unit: str, root: Path, work: Path) -> Notebook:
    """Return the release that the student's notebook comes from."""
    releases = [*map(_read, sorted(_kept_releases(unit, work))), _read(_released_path(unit, root))]
    return releases[closest(_read(_own_path(unit, work)), releases)]


def _kept_releases(unit: str, work: Path) -> list[Path]:
    return list((work / MARKER / RELEASED / unit).glob("*.ipynb"))


def _keep_release(unit: str, root: Path, work: Path) -> None:
    """Keep the release as it is today, to tell later what the student changed."""
    content = _released_path(unit, root).read_bytes()
    name = f"{hashlib.sha256(content).hexdigest()[:16]}.ipynb"
    write_atomically(work / MARKER / RELEASED / unit / name, content)


def _copy_beside(unit: str, root: Path, work: Path) -> None:
    """Copy what a unit's notebook needs beside it."""
    for path in sorted(_released_path(unit, root).parent.iterdir()):
        if path.is_file() and path.suffix != ".ipynb":
            write_atomically(work / unit / path.name, path.read_bytes())


def _backup(unit: str, work: Path) -> Path:
    """Copy the student's notebook aside under a name that no other backup has, and return it."""
    stamp = f"{datetime.now():%Y-%m-%d-%H%M%S}"
    names = (f"{unit}-{stamp}{f'-{number}' if number else ''}.ipynb" for number in count())
    path = next(path for name in names if not (path := work / BACKUPS / name).exists())
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(_own_path(unit, work), path)
    return path


def _own_path(unit: str, work: Path) -> Path:
    return work / unit / f"{unit}.ipynb"


def _released_path(unit: str, root: Path) -> Path:
    return root / "course" / unit / f"{unit}.ipynb"


def _read(path: Path) -> Notebook:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if not all(isinstance(cell, dict) for cell in notebook["cells"]):
            raise ValueError
    except FileNotFoundError:
        raise WorkspaceError(f"There is no notebook {path}. Start with: course lab") from None
    except (ValueError, KeyError, TypeError):
        raise WorkspaceError(f"{path} can't be read as a notebook. Start the unit anew with: course reset") from None
    return dict(notebook)


def _write(path: Path, content: bytes) -> None:
    with replacing(path) as file:
        file.write(content)


def _to_bytes(notebook: Notebook) -> bytes:
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
