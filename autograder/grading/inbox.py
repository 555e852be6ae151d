"""Finds submissions in nbgrader's layout, ``<student>/<unit>/<unit>.ipynb``, and reads them without following links."""

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import Mistake
from autograder.grading.notebook_file import MAX_BYTES, too_large

TIMESTAMP = "timestamp.txt"
MAX_TIMESTAMP = 200
MAX_ID = 128
DIGEST = 12


class NoSubmissions(Mistake):
    """Raised where there is nothing to grade; its message says what was expected where."""


@dataclass(frozen=True)
class Found:
    """A folder that a student submitted for a unit."""

    student: str
    unit: str
    folder: Path


@dataclass(frozen=True)
class Delivery:
    """What is in a submitted folder: the file's name and content, or why there is none that can be graded."""

    file: str
    raw: bytes = b""
    refused: str = ""
    note: str = ""
    submitted: str = ""


def find(submitted: Path, units: Sequence[str]) -> list[Found]:
    """Return the submissions to these units, by unit and then student."""
    if not submitted.is_dir():
        raise NoSubmissions(f"There is no folder {submitted}.")
    found = [
        Found(_student_id(student.name), unit, student / unit)
        for student in _folders(submitted)
        for unit in units
        if (student / unit).is_dir()
    ]
    if not found:
        raise NoSubmissions(_nothing_in(submitted, units))
    return sorted(found, key=lambda entry: (units.index(entry.unit), entry.student))


def strangers(submitted: Path, units: Sequence[str]) -> list[str]:
    """Return the students' folders that are no unit's, as ``student/folder``: nobody grades what is in them."""
    return [
        f"{_text(student.name)}/{_text(folder.name)}"
        for student in sorted(_folders(submitted))
        for folder in sorted(_folders(student))
        if folder.name not in units
    ]


def open_delivery(found: Found) -> Delivery:
    """Read what a student submitted; links, devices and unclear names are refused with a reason, never followed."""
    if found.folder.is_symlink():
        return Delivery(f"{found.unit}.ipynb", refused="The submitted folder is a link, which is not followed.")
    wanted = f"{found.unit}.ipynb"
    submitted = _timestamp(found.folder)
    notebooks = sorted(name for name in _names(found.folder) if name.endswith(".ipynb") and not name.startswith("."))
    if wanted in notebooks:
        return _read(found.folder, wanted, "", submitted)
    if len(notebooks) == 1:
        note = f"The file is named {_text(notebooks[0])} instead of {wanted}."
        return _read(found.folder, notebooks[0], note, submitted)
    return Delivery(wanted, refused=_why_none(found.folder, wanted, notebooks), submitted=submitted)


def _read(folder: Path, name: str, note: str, submitted: str) -> Delivery:
    shown = _text(name)
    try:
        # Opening must neither follow a link that leads elsewhere nor wait for the other end of a pipe.
        descriptor = os.open(folder / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        link = (folder / name).is_symlink()
        reason = f"{shown} is a link, which is not followed." if link else f"{shown} can't be read: {error.strerror}."
        return Delivery(shown, refused=reason, submitted=submitted)
    try:
        information = os.fstat(descriptor)
        if not stat.S_ISREG(information.st_mode):
            return Delivery(shown, refused=f"{shown} is not a plain file.", submitted=submitted)
        if information.st_size > MAX_BYTES:
            return Delivery(shown, refused=too_large(information.st_size), submitted=submitted)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return Delivery(shown, file.read(), note=note, submitted=submitted)
    finally:
        os.close(descriptor)


def _why_none(folder: Path, wanted: str, notebooks: Sequence[str]) -> str:
    if notebooks:
        return f"There is no {wanted}, and which of {_listed(notebooks)} is meant is not clear."
    others = [name for name in _names(folder) if name != TIMESTAMP and not name.startswith(".")]
    return f"There is no {wanted}" + (f", only {_listed(others)}." if others else ": the folder is empty.")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(_text(name) for name in names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"


def _timestamp(folder: Path) -> str:
    path = folder / TIMESTAMP
    if path.is_symlink() or not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            return file.read(MAX_TIMESTAMP).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def _folders(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _student_id(name: str) -> str:
    """Return a folder's name as an id that the gradebook's schema can hold, still one for each folder."""
    name = _text(name)
    if len(name) <= MAX_ID:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:DIGEST]
    return f"{name[: MAX_ID - DIGEST - 1]}~{digest}"


def _text(name: str) -> str:
    """Return a file's name as text that can be written anywhere, also where it isn't valid UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")


def _nothing_in(submitted: Path, units: Sequence[str]) -> str:
    expected = (
        f"expected <student>/{units[0]}/{units[0]}.ipynb"
        if len(units) == 1
        else "expected <student>/<unit>/<unit>.ipynb"
    )
    if (submitted / "submitted").is_dir():
        return f"There are no submissions in {submitted} ({expected}). Did you mean {submitted / 'submitted'}?"
    return f"There are no submissions in {submitted}: {expected}, where a unit is one of {', '.join(units)}."
