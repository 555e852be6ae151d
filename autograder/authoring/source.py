"""A unit's source: jupytext percent text whose cells say what they are (docs/architecture.md)."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import jupytext
from nbformat import NotebookNode

from autograder.errors import Mistake
from autograder.slicing import BUILTINS, Statement, statements
from autograder.units import UNITS

if TYPE_CHECKING:
    from autograder.judging.component import Unit

ROOT = Path(__file__).resolve().parents[2]
SOLUTION_MARKS = ("### BEGIN SOLUTION", "### END SOLUTION")
Role = Literal["given", "exercise", "check", "demo"]
ROLES: tuple[Role, ...] = ("given", "exercise", "check")
# What a notebook has besides what its cells define.
NOTEBOOK_NAMES = frozenset({"display", "get_ipython", "__name__"})
GRADE_ID = re.compile(r"[A-Za-z0-9_-]+")


class SourceError(Mistake):
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


def unit_with_source(name: str, root: Path = ROOT) -> str:
    """Return a written unit's folder name, also from its number alone; SourceError if there is none."""
    units = units_with_source(root)
    found = [unit for unit in units if name in (unit, unit[:2])]
    if not found:
        raise SourceError(f"There is no source of a unit {name!r}. There are: {', '.join(units) or 'none'}.")
    return found[0]


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
    roles: list[tuple[Role, str]] = [(role, cell.metadata[role]) for role in ROLES if role in cell.metadata]
    if "demo" in cell.metadata.get("tags", []):
        roles.append(("demo", ""))
    if len(roles) != 1:
        found = " and ".join(role for role, _ in roles) or "nothing"
        raise SourceError(
            f"{unit}: a code cell must be exactly one of given, exercise, check, demo; this one is {found}:\n"
            + "\n".join(cell.source.splitlines()[:3])
        )
    role, name = roles[0]
    if role != "demo" and not (isinstance(name, str) and GRADE_ID.fullmatch(name)):
        raise SourceError(
            f'{unit}: {role}={name!r} is not a name: write letters, digits, - and _, as in {role}="setup".'
        )
    return CodeCell(role, name, cell.source)


def validate(source: Source, unit: "Unit") -> None:
    """Raise :class:`SourceError` with everything about a source that breaks a rule, a line for each."""
    problems = [f"{source.unit}: {problem}" for problem in _problems(source, unit)]
    if problems:
        raise SourceError("\n".join(problems))


def imported_from_mine(source: Source) -> set[str]:
    """Return the names that a unit imports by ``from mine import …``."""
    trees = (ast.parse(without_magics(cell.source)) for cell in source.cells)
    nodes = (node for tree in trees for node in ast.walk(tree))
    imports = (node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "mine")
    return {alias.name for node in imports for alias in node.names}


def _problems(source: Source, unit: "Unit") -> Iterator[str]:
    if unreadable := list(_unreadable(source)):
        # What isn't Python can't be searched for more.
        yield from unreadable
        return
    yield from _misplaced(source)
    expected = [component.name for component in unit.components]
    for role in ("exercise", "check"):
        yield from _unlike([cell.name for cell in source.cells if cell.role == role], expected, f"the {role} cells")
    yield from _unlike(_slugs(source), list(dict.fromkeys(_slugs(source))), "the given cells")
    for name, text in source.exercises.items():
        yield from _exercise_problems(name, text)
    for index, cell in enumerate(source.cells):
        if cell.role == "check":
            yield from _check_problems(cell, source.cells[:index])
    yield from _borrowed(source)


def _slugs(source: Source) -> list[str]:
    return [cell.name for cell in source.cells if cell.role == "given"]


def _unreadable(source: Source) -> Iterator[str]:
    for cell in source.cells:
        try:
            ast.parse(without_magics(cell.source))
        except SyntaxError as error:
            yield f"the {cell.role} cell {cell.name or cell.source.splitlines()[0]} is not Python: {error.msg}."


def _misplaced(source: Source) -> Iterator[str]:
    for cell in source.notebook.cells:
        first = (cell.source.splitlines() or [""])[0]
        if cell.cell_type != "code" and any(role in cell.metadata for role in ROLES):
            yield f"a cell of prose is marked as {', '.join(r for r in ROLES if r in cell.metadata)}: {first!r}."
        if "exercise" not in cell.metadata and any(mark in cell.source for mark in SOLUTION_MARKS):
            yield f"a solution stands in a cell that is no exercise, so students would get it: {first!r}."


def _unlike(names: list[str], expected: list[str], what: str) -> Iterator[str]:
    doubled = {name for name, times in Counter(names).items() if times > 1}
    for problem, found in (
        ("lack", set(expected) - set(names)),
        ("are of no component of the unit:", set(names) - set(expected)),
        ("stand twice:", doubled),
    ):
        if found:
            yield f"{what} {problem} {', '.join(sorted(found))}."


def _exercise_problems(name: str, text: str) -> Iterator[str]:
    marks = [line.strip() for line in text.splitlines() if line.strip() in SOLUTION_MARKS]
    if marks != list(SOLUTION_MARKS) * (len(marks) // 2) or not marks:
        yield f"the exercise {name} needs {SOLUTION_MARKS[0]} and {SOLUTION_MARKS[1]} around its solution."
    if not any(name in statement.binds for statement in statements(text)):
        yield f"the exercise {name} does not define {name}."


def _check_problems(cell: CodeCell, before: tuple[CodeCell, ...]) -> Iterator[str]:
    if not any(earlier.role == "exercise" and earlier.name == cell.name for earlier in before):
        yield f"the check of {cell.name} must come after its exercise."
    if cell.source.strip() != f'check("{cell.name}")':
        yield f'the check of {cell.name} must be check("{cell.name}") and nothing else, so that its value is the score.'


def _borrowed(source: Source) -> Iterator[str]:
    """What a graded cell takes from a demo cell, which doesn't run when grading, or from nowhere."""
    graded = [cell for cell in source.cells if cell.role != "demo"]
    bound = _bound(graded) | BUILTINS | NOTEBOOK_NAMES
    shown = _bound([cell for cell in source.cells if cell.role == "demo"])
    for cell in graded:
        needs = frozenset[str]().union(*(statement.needs for statement in _statements(cell)))
        for name in sorted(needs - bound):
            if name in shown:
                yield f"the {cell.role} cell {cell.name} uses {name} of a demo cell, which doesn't run when grading."
            elif "*" not in bound:
                yield f"the {cell.role} cell {cell.name} uses {name}, which nothing defines."


def _bound(cells: list[CodeCell]) -> frozenset[str]:
    return frozenset[str]().union(*(statement.binds for cell in cells for statement in _statements(cell)))


def _statements(cell: CodeCell) -> tuple[Statement, ...]:
    return statements(without_magics(cell.source))


def without_magics(text: str) -> str:
    """Return a cell without the lines that only IPython understands."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(("%", "!")))
