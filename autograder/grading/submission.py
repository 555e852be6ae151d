"""Rebuilds a submission from the release's locked cells and the student's own, and says what had to be repaired.

The student's order is kept. Which cell answers an exercise is decided by its grade_id first, by what it defines second,
so that a cell that was copied, re-labelled or re-typed costs nothing as long as the answer can be found.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder.grading.notebook_file import MEGABYTE, FileCell, NotebookFile, Rejected, clean, decode, parse_notebook
from autograder.grading.python_file import MAX_CHARACTERS, binds, is_unwritten, statements
from autograder.grading.release import CHECK_PREFIX, DEMO_TAG, GIVEN_PREFIX, Release, ReleaseCell, load_release
from autograder.kernel.cells import Cell, Submission

LOCKED = ("given", "check")

PlacedRole = Literal["given", "solution", "added", "check", "demo", "text"]


@dataclass(frozen=True)
class Placed:
    """A cell of the rebuilt notebook; ``name`` is the component's or slug's, free for a cell that the student added."""

    role: PlacedRole
    name: str
    source: str


@dataclass(frozen=True)
class Reading(Submission):
    """A submission together with the whole rebuilt notebook, of which its cells are those that are run."""

    layout: tuple[Placed, ...] = ()


def read_file(path: Path, unit: str) -> Reading:
    """Read a notebook or Python file as a submission to a unit; :class:`Rejected` says why if it can't be."""
    release = load_release(unit)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Rejected(f"The file can't be read: {error.strerror or error}.") from None
    return read_bytes(raw, path.suffix, release)


def read_bytes(raw: bytes, suffix: str, release: Release) -> Reading:
    """Read a file's content by the suffix of its name: ``.py`` is Python, anything else a notebook."""
    if suffix.lower() == ".py":
        text, notes = decode(raw)
        return read_python(text, release, notes)
    return read_notebook(raw, release)


def read_notebook(raw: bytes, release: Release) -> Reading:
    """Rebuild a submitted notebook; :class:`Rejected` if it isn't a notebook or is another unit's."""
    notebook = parse_notebook(raw)
    if notebook.unit and notebook.unit != release.unit:
        raise Rejected(f"This is the notebook of {notebook.unit}, not of {release.unit}.")
    chosen = _choose_all(notebook.cells, release)
    if not notebook.unit and not chosen:
        raise Rejected(f"This isn't the notebook of {release.unit}: none of its exercises is in it.")
    layout = _arranged(_student_order(notebook.cells, chosen, release), release)
    return _reading(release, layout, [*notebook.notes, *repairs(notebook, chosen, release)])


def read_python(text: str, release: Release, notes: Sequence[str] = ()) -> Reading:
    """Rebuild a Python file as the release's given cells and its statements; :class:`Rejected` if it is too long."""
    if len(text) > MAX_CHARACTERS:
        raise Rejected(f"The file has more than {MAX_CHARACTERS / MEGABYTE:.0f} million characters.")
    cells = tuple(FileCell("code", source) for source in statements(clean(text.removeprefix("\ufeff"))))
    given = [_original(cell) for cell in release.with_role("given")]
    layout = _arranged([*given, *_student_order(cells, _choose_all(cells, release), release)], release)
    return _reading(release, layout, notes)


def _reading(release: Release, layout: Sequence[Placed], notes: Sequence[str]) -> Reading:
    cells = tuple(_run_cell(placed) for placed in layout if placed.role in ("given", "solution", "added"))
    return Reading(release.unit, cells, tuple(notes), _unwritten(cells, release), tuple(layout))


def _unwritten(cells: Iterable[Cell], release: Release) -> frozenset[str]:
    """Return the exercises left as they were released, of which nothing that the student wrote speaks either.

    For what is missing in a cell may be put in from another one: ``Seq2Seq.forward = forward``.
    """
    stubs = {(cell.name, cell.source.strip()) for cell in release.with_role("solution")}
    own = [cell for cell in cells if cell.kind != "given"]
    written = "\n".join(cell.source for cell in own if (cell.name, cell.source.strip()) not in stubs)
    left = {cell.name for cell in own if (cell.name, cell.source.strip()) in stubs}
    return frozenset(name for name in left if not re.search(rf"\b{name}\b", written))


def _run_cell(placed: Placed) -> Cell:
    if placed.role == "given":
        return Cell(placed.name, "given", placed.source)
    return Cell(placed.name, "solution" if placed.role == "solution" else "added", placed.source)


def _choose_all(cells: Sequence[FileCell], release: Release) -> dict[str, int]:
    """Return the position of the cell that answers each exercise, for those that have one."""
    found = {cell.name: _choose(cell, cells) for cell in release.with_role("solution")}
    return {component: position for component, position in found.items() if position is not None}


def _choose(exercise: ReleaseCell, cells: Sequence[FileCell]) -> int | None:
    """Return the position of the cell that answers an exercise.

    The last one with its label that is written wins (as when the notebook is run from top to bottom), then the last one
    that defines it under another label or none, then whatever has the label or at least names it.
    """
    labelled = [position for position, cell in enumerate(cells) if cell.label == exercise.name]
    others = [position for position, cell in enumerate(cells) if cell.label != exercise.name and _may_answer(cell)]
    for position in labelled[::-1] + others[::-1]:
        if _answers(cells[position].source, exercise):
            return position
    return next(
        (p for p in labelled[::-1] + others[::-1] if p in labelled or binds(cells[p].source, exercise.name)), None
    )


def _answers(source: str, exercise: ReleaseCell) -> bool:
    return binds(source, exercise.name) and not _is_stub(source, exercise)


def _is_stub(source: str, exercise: ReleaseCell) -> bool:
    return source.strip() == exercise.source.strip() or is_unwritten(source, exercise.name)


def _may_answer(cell: FileCell) -> bool:
    return cell.type == "code" and DEMO_TAG not in cell.tags and not cell.label.startswith((CHECK_PREFIX, GIVEN_PREFIX))


def _student_order(cells: Sequence[FileCell], chosen: dict[str, int], release: Release) -> Iterator[Placed]:
    """Yield what stands at each cell of the student's; locked cells come from the release, copies of them nowhere."""
    answers = {position: [c for c, p in chosen.items() if p == position] for position in chosen.values()}
    sources = {cells[position].source.strip() for position in answers}
    exercises = {cell.name: cell for cell in release.with_role("solution")}
    locked = {cell.label: cell for cell in release.cells if cell.role in LOCKED}
    placed: set[str] = set()
    for position, cell in enumerate(cells):
        if position in answers:
            yield from (Placed("solution", component, cell.source) for component in answers[position])
        elif cell.label in locked:
            if cell.label not in placed:
                yield _original(locked[cell.label])
            placed.add(cell.label)
        elif cell.type != "code":
            yield Placed("text", "", cell.source)
        elif DEMO_TAG in cell.tags:
            yield Placed("demo", "", cell.source)
        elif not _is_spare(cell, exercises, sources):
            yield Placed("added", f"added-{position + 1}", cell.source)


def _is_spare(cell: FileCell, exercises: dict[str, ReleaseCell], answers: set[str]) -> bool:
    """Whether a cell has nothing to run: empty, an older release's check, or an exercise that is answered elsewhere."""
    source = cell.source.strip()
    if not source or cell.label.startswith(CHECK_PREFIX):
        return True
    return cell.label in exercises and (source in answers or _is_stub(source, exercises[cell.label]))


def _original(cell: ReleaseCell) -> Placed:
    return Placed("given" if cell.role == "given" else "check", cell.name, cell.source)


def _arranged(cells: Iterable[Placed], release: Release) -> list[Placed]:
    """Put missing locked cells back, and a given cell that was moved down to before what follows it in the release."""
    order = {_key(cell): rank for rank, cell in enumerate(release.cells) if cell.name}
    layout: list[Placed] = []
    for cell in cells:
        later = (p for p, other in enumerate(layout) if order.get(_key(other), -1) > order.get(_key(cell), -1))
        layout.insert(next(later, len(layout)) if cell.role == "given" else len(layout), cell)
    present = {_key(cell) for cell in layout}
    for original in release.cells:
        if original.role in LOCKED and _key(original) not in present:
            earlier = [p for p, cell in enumerate(layout) if -1 < order.get(_key(cell), -1) < order[_key(original)]]
            layout.insert(earlier[-1] + 1 if earlier else 0, _original(original))
    return layout


def _key(cell: Placed | ReleaseCell) -> tuple[str, str]:
    return cell.role, cell.name


def repairs(notebook: NotebookFile, chosen: dict[str, int], release: Release) -> Iterator[str]:
    """Yield a sentence for everything that was not as in the release and had to be put right."""
    if notebook.release and notebook.release != release.version:
        yield f"The notebook is of release {notebook.release}; it was graded under release {release.version}."
    for component in release.components:
        yield from _repairs_of_exercise(component, notebook.cells, chosen.get(component))
    first = {cell.label: cell for cell in reversed(notebook.cells)}
    locked = [cell for cell in release.cells if cell.role in LOCKED]
    missing = [cell.label for cell in locked if cell.label not in first]
    if missing:
        yield f"Locked cells that were missing were put back: {', '.join(missing)}."
    found = [cell for cell in locked if cell.label in first]
    changed = [cell.label for cell in found if _differs(first[cell.label], cell)]
    if changed and notebook.release == release.version:
        yield f"Locked cells that had been changed were replaced by the release's: {', '.join(changed)}."
    worth = [cell.label for cell in found if cell.role == "check" and first[cell.label].points != _points(cell)]
    if worth and notebook.release == release.version:
        yield f"Points that had been changed in the notebook were ignored: {', '.join(worth)}."


def _repairs_of_exercise(component: str, cells: Sequence[FileCell], position: int | None) -> Iterator[str]:
    labelled = [cell for cell in cells if cell.label == component]
    if position is None:
        yield f"The cell of {component} is missing."
        return
    if cells[position].label != component:
        yield f"{component} was found in another cell than its own, and graded there."
    elif len(labelled) > 1:
        yield f"{len(labelled)} cells are labelled {component}; the last one that is filled in was graded."
    if cells[position].type != "code":
        yield f"The cell of {component} was no longer a code cell; it was run as one."


def _differs(cell: FileCell, original: ReleaseCell) -> bool:
    return cell.type != "code" or cell.source.rstrip() != original.source.rstrip()


def _points(original: ReleaseCell) -> float | None:
    points = original.content["metadata"]["nbgrader"].get("points")
    return None if points is None else float(points)
