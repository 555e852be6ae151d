"""A unit's source: jupytext percent text whose cells say what they are (docs/architecture.md)."""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import jupytext
from nbformat import NotebookNode

from autograder.judging.component import Unit
from autograder.units import UNITS

ROOT = Path(__file__).parents[2]
SOLUTION_MARKS = ("### BEGIN SOLUTION", "### END SOLUTION")
Role = Literal["given", "exercise", "check", "demo"]


class SourceError(ValueError):
    """Raised for a source that breaks a rule of the format; its message tells the author what to do."""


@dataclass(frozen=True)
class CodeCell:
    """A code cell of a source: ``name`` is the component's or the given cell's slug, empty for a demo."""

    role: Role
    name: str
    source: str


@dataclass(frozen=True)
class Source:
    """A unit's source as a notebook, with its code cells told apart."""

    unit: str
    notebook: NotebookNode
    cells: tuple[CodeCell, ...]

    @property
    def exercises(self) -> dict[str, str]:
        """The solution cells by component."""
        return {cell.name: cell.source for cell in self.cells if cell.role == "exercise"}

    @property
    def given(self) -> tuple[str, ...]:
        """The cells that every submission runs."""
        return tuple(cell.source for cell in self.cells if cell.role == "given")


def source_path(unit: str, root: Path = ROOT) -> Path:
    """Return where a unit's source lies."""
    return root / "solutions" / unit / f"{unit}.py"


def units_with_source(root: Path = ROOT) -> tuple[str, ...]:
    """Return the units that have been written, in the course's order."""
    return tuple(unit for unit in UNITS if source_path(unit, root).exists())


def read_source(unit: str, root: Path = ROOT) -> Source:
    """Read a unit's source; :class:`SourceError` if it isn't there or a cell isn't exactly one thing."""
    path = source_path(unit, root)
    if not path.exists():
        raise SourceError(f"There is no source for {unit!r}: expected {path}.")
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return Source(unit, notebook, tuple(code_cell(cell, unit) for cell in code))


def code_cell(cell: NotebookNode, unit: str) -> CodeCell:
    """Tell what a code cell is; it must be exactly one of given, exercise, check, demo."""
    roles: list[tuple[Role, str]] = [
        (role, cell.metadata[role]) for role in ("given", "exercise", "check") if role in cell.metadata
    ]
    if "demo" in cell.metadata.get("tags", []):
        roles.append(("demo", ""))
    if len(roles) != 1:
        found = " and ".join(role for role, _ in roles) or "nothing"
        raise SourceError(
            f"{unit}: a code cell must be exactly one of given, exercise, check, demo; this one is {found}:\n"
            + "\n".join(cell.source.splitlines()[:3])
        )
    role, name = roles[0]
    return CodeCell(role, name, cell.source)


def validate(source: Source, unit: Unit) -> None:
    """Raise :class:`SourceError` unless every component of the unit has one exercise and, after it, one check."""
    expected = [component.name for component in unit.components]
    for role in ("exercise", "check"):
        names = [cell.name for cell in source.cells if cell.role == role]
        _same_names(names, expected, f"{unit.name}: the {role} cells")
    for name in expected:
        places = [index for index, cell in enumerate(source.cells) if cell.name == name]
        if [source.cells[place].role for place in places[:2]] != ["exercise", "check"]:
            raise SourceError(f"{unit.name}: the check of {name} must come after its exercise.")
    for name, text in source.exercises.items():
        if [line.strip() for line in text.splitlines() if line.strip() in SOLUTION_MARKS][:1] != [SOLUTION_MARKS[0]]:
            raise SourceError(f"{unit.name}: the exercise {name} has nothing between {' and '.join(SOLUTION_MARKS)}.")


def imported_from_mine(source: Source) -> set[str]:
    """Return the names that a unit imports by ``from mine import …``."""
    trees = (ast.parse(_without_magics(cell.source)) for cell in source.cells)
    nodes = (node for tree in trees for node in ast.walk(tree))
    imports = (node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "mine")
    return {alias.name for node in imports for alias in node.names}


def _without_magics(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith(("%", "!")))


def _same_names(names: list[str], expected: list[str], what: str) -> None:
    missing, unknown = set(expected) - set(names), set(names) - set(expected)
    doubled = {name for name in names if names.count(name) > 1}
    for problem, found in (("lack", missing), ("don't belong to the unit", unknown), ("stand twice", doubled)):
        if found:
            raise SourceError(f"{what} {problem}: {', '.join(sorted(found))}.")
