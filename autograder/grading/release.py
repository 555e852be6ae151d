"""A unit's release: the notebook that students got, taken apart by what each cell is for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from autograder.errors import Mistake

ROOT = Path(__file__).parents[2]
DEMO_TAG = "demo"
CHECK_PREFIX = "check-"
GIVEN_PREFIX = "given-"

Role = Literal["given", "solution", "check", "demo", "text"]


class NoRelease(Mistake):
    """Raised where a unit's release notebook isn't there or isn't one; its message is meant for people."""


@dataclass(frozen=True)
class ReleaseCell:
    """One cell: ``name`` is the component's for a solution or check, the slug of a given cell, else empty."""

    role: Role
    name: str
    source: str
    content: Mapping[str, Any]

    @property
    def label(self) -> str:
        """The cell's grade_id."""
        return {"given": GIVEN_PREFIX, "check": CHECK_PREFIX}.get(self.role, "") + self.name


@dataclass(frozen=True)
class Release:
    """A unit's release notebook: its cells in order, and the notebook's own metadata."""

    unit: str
    version: str
    cells: tuple[ReleaseCell, ...]
    metadata: Mapping[str, Any]

    @property
    def components(self) -> tuple[str, ...]:
        return tuple(cell.name for cell in self.cells if cell.role == "solution")

    @property
    def title(self) -> str:
        """The notebook's first heading, or the unit's name."""
        lines = (line for cell in self.with_role("text") for line in cell.source.splitlines())
        return next((line[2:].strip() for line in lines if line.startswith("# ")), self.unit)

    def with_role(self, role: Role) -> tuple[ReleaseCell, ...]:
        """Return the cells that have this role, in order."""
        return tuple(cell for cell in self.cells if cell.role == role)


def release_path(unit: str, root: Path = ROOT) -> Path:
    """Return where the unit's release notebook lies."""
    return root / "course" / unit / f"{unit}.ipynb"


def load_release(unit: str, root: Path = ROOT) -> Release:
    """Read the unit's release notebook; :class:`NoRelease` if it isn't there or isn't this unit's."""
    path = release_path(unit, root)
    try:
        release = parse_release(path.read_bytes())
    except OSError:
        raise NoRelease(f"The release of {unit} isn't there: expected {path}. Build it with: course release") from None
    except (ValueError, KeyError, TypeError):
        raise NoRelease(f"{path} isn't a release notebook. Build it again with: course release {unit}") from None
    if release.unit != unit:
        raise NoRelease(f"{path} says that it is the release of {release.unit!r}, not of {unit!r}.")
    return release


def parse_release(raw: bytes) -> Release:
    """Take a release notebook apart; ValueError, KeyError or TypeError if it isn't one."""
    notebook = json.loads(raw)
    course = notebook["metadata"]["course"]
    cells = tuple(_release_cell(cell) for cell in notebook["cells"])
    return Release(unit=course["unit"], version=str(course["release"]), cells=cells, metadata=notebook["metadata"])


def _release_cell(cell: dict[str, Any]) -> ReleaseCell:
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    role, name = _role(cell)
    return ReleaseCell(role, name, source, {**cell, "source": source})


def _role(cell: dict[str, Any]) -> tuple[Role, str]:
    if cell["cell_type"] != "code":
        return "text", ""
    label = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
    if label.startswith(CHECK_PREFIX):
        return "check", label.removeprefix(CHECK_PREFIX)
    if label.startswith(GIVEN_PREFIX):
        return "given", label.removeprefix(GIVEN_PREFIX)
    if label:
        return "solution", label
    return "demo", ""
