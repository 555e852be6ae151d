"""Where things lie on a student's machine: the workspace, the library in it, the references that units come with."""

import os
from collections.abc import Iterator
from pathlib import Path

from autograder.units import UNITS

ROOT = Path(__file__).resolve().parents[2]
MARKER = ".course"


def is_workspace(folder: Path) -> bool:
    """Whether a folder was made by ``course lab``."""
    return (folder / MARKER).is_dir()


def being_graded() -> bool:
    """Whether a grader, ours or nbgrader, is running the notebook."""
    return os.environ.get("NBGRADER_EXECUTION") == "autograde" or "COURSE_JUDGE" in os.environ


def workspace_of(here: Path, root: Path = ROOT) -> Path | None:
    """Return the workspace whose library a notebook in ``here`` belongs to; None in the course's own folders.

    A notebook that was fetched to elsewhere shares the workspace of the course, if there is one.
    """
    around = next((folder for folder in (here, *here.parents) if is_workspace(folder)), None)
    if around is not None or here.is_relative_to(root):
        return around
    if is_workspace(root / "work"):
        return root / "work"
    return here.parent if here.name in UNITS else None


def library_of(here: Path, root: Path = ROOT) -> Path | None:
    """Return the folder of passed components, ``mine``, that a notebook in ``here`` uses, if any."""
    workspace = workspace_of(here, root)
    return workspace / "mine" if workspace else None


def references_for(here: Path, root: Path = ROOT) -> Iterator[Path]:
    """Yield the references to look into from a notebook in ``here``: its own unit's, then those of the units before.

    A unit's ``reference.py`` holds components of earlier units only, so no unit is answered here in its own notebook.
    """
    workspace = workspace_of(here, root)
    bases = [base for base in (workspace, root / "course") if base]
    known = UNITS[: UNITS.index(here.name) + 1] if here.name in UNITS else UNITS
    folders = [here, *(base / unit for unit in reversed(known) for base in bases)]
    yield from dict.fromkeys(path for folder in folders if (path := folder / "reference.py").is_file())
