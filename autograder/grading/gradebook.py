"""The gradebook in nbgrader's schema: opened once, written in bulk, never touching what a human graded.

Saving is idempotent: it makes the database say what the results say, whatever a crash left there.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
import sqlalchemy as sql
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbgrader import api, utils
from nbgrader.apps.baseapp import NbGrader
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from autograder.errors import Fault
from autograder.grading import gradebook_rows as rows
from autograder.grading.gradebook_rows import UnitIds
from autograder.grading.release import CHECK_PREFIX, Release, ReleaseCell
from autograder.grading.result import Result

LOCK_TIMEOUT = 30


class GradebookError(Fault):
    """The gradebook can't be used now; its message says which and why, in one sentence."""


@dataclass(frozen=True)
class Score:
    """What the gradebook holds for a student and unit; ``points`` is after manual grading, before the late penalty."""

    student: str
    unit: str
    points: float
    max_points: float
    penalty: float
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @property
    def final(self) -> float:
        return max(0.0, self.points - self.penalty)


class Gradebook:
    """A gradebook that is open; ``url`` is SQLAlchemy's, SQLite's or any other database's."""

    def __init__(self, url: str) -> None:
        with _explained(url):
            self._book = _open(url)
        self.url = url
        self._units: dict[str, UnitIds] = {}

    def __enter__(self) -> "Gradebook":
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def register(self, release: Release) -> None:
        """Record the unit's assignment, notebook and cells as the release has them."""
        unit, kernelspec = release.unit, json.dumps(release.metadata.get("kernelspec", {}))
        with _explained(self.url):
            self._book.update_or_create_assignment(unit)
            self._book.update_or_create_notebook(unit, unit, kernelspec=kernelspec)
            self._remove_stale_cells(release)
            for cell in release.cells:
                self._record_cell(cell, unit)
            self._units[unit] = self._ids(unit)
            self._book.db.remove()

    def knows(self, unit: str) -> bool:
        """Whether the unit has been registered."""
        return unit in self._units

    def save(self, results: Iterable[Result]) -> None:
        """Write results of registered units; what a human graded stays, late penalties are nbgrader's to decide."""
        by_unit: dict[str, dict[str, Result]] = {}
        for result in results:
            by_unit.setdefault(result.unit, {})[result.student] = result
        with _explained(self.url):
            for unit, by_student in by_unit.items():
                self._save_unit(self._units[unit], by_student)
                self._save_penalties(self._units[unit], by_student)

    def scores(self) -> list[Score]:
        """Return what every student has got for every unit that they submitted, by student and unit."""
        notebook, submission = api.SubmittedNotebook, api.SubmittedAssignment
        points = (
            sql.select(sql.func.coalesce(sql.func.sum(api.Grade.score), 0.0))
            .where(api.Grade.notebook_id == notebook.id)
            .correlate(notebook)
            .scalar_subquery()
        )
        worth = (
            sql.select(sql.func.coalesce(sql.func.sum(api.GradeCell.max_score), 0.0))
            .where(api.GradeCell.notebook_id == notebook.notebook_id)
            .correlate(notebook)
            .scalar_subquery()
        )
        person = api.Student
        query = (
            sql.select(
                *(
                    person.id,
                    api.Assignment.name,
                    points,
                    worth,
                    sql.func.coalesce(notebook.late_submission_penalty, 0.0),
                ),
                *(
                    sql.func.coalesce(c, "")
                    for c in (person.first_name, person.last_name, person.email, person.lms_user_id)
                ),
            )
            .select_from(notebook)
            .join(submission, submission.id == notebook.assignment_id)
            .join(api.Assignment, api.Assignment.id == submission.assignment_id)
            .join(person, person.id == submission.student_id)
            .order_by(person.id, api.Assignment.name)
        )
        with _explained(self.url):
            return [Score(*row) for row in self._book.db.execute(query)]

    def forget(self, student: str) -> bool:
        """Remove a student with all grades and comments; False if there was none."""
        with _explained(self.url):
            try:
                self._book.remove_student(student)
            except api.MissingEntry:
                return False
            self._book.db.remove()
            if self._book.engine.dialect.name == "sqlite":
                # A deleted row stays readable in the file until its page is used again.
                with self._book.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.execute(sql.text("VACUUM"))
            return True

    def _record_cell(self, cell: ReleaseCell, unit: str) -> None:
        if cell.role == "check":
            points = float(cell.content["metadata"]["nbgrader"]["points"])
            self._book.update_or_create_grade_cell(cell.label, unit, unit, max_score=points, cell_type="code")
        elif cell.role == "solution":
            self._book.update_or_create_solution_cell(cell.label, unit, unit)
        if cell.role in ("given", "check", "solution"):
            node = nbformat.from_dict(dict(cell.content))
            self._book.update_or_create_source_cell(
                cell.label,
                unit,
                unit,
                cell_type="code",
                locked=bool(utils.is_locked(node)),
                source=cell.source,
                checksum=utils.compute_checksum(node),
            )

    def _remove_stale_cells(self, release: Release) -> None:
        """Remove cells that the release no longer has, with their grades: they would count as points never reached."""
        labels = {cell.label for cell in release.cells if cell.name}
        notebook = self._book.find_notebook(release.unit, release.unit)
        for cell in [*notebook.grade_cells, *notebook.solution_cells]:
            if cell.name not in labels:
                self._book.db.execute(sql.delete(api.Grade.__table__).where(api.Grade.__table__.c.cell_id == cell.id))
                self._book.db.execute(
                    sql.delete(api.Comment.__table__).where(api.Comment.__table__.c.cell_id == cell.id)
                )
                self._book.db.delete(cell)
        for cell in notebook.source_cells:
            if cell.name not in labels:
                self._book.db.delete(cell)
        self._book.db.commit()

    def _ids(self, unit: str) -> UnitIds:
        notebook = self._book.find_notebook(unit, unit)
        return UnitIds(
            assignment=notebook.assignment.id,
            notebook=notebook.id,
            checks={cell.name.removeprefix(CHECK_PREFIX): cell.id for cell in notebook.grade_cells},
            solutions={cell.name: cell.id for cell in notebook.solution_cells},
        )

    def _save_unit(self, unit: UnitIds, results: dict[str, Result]) -> None:
        for attempt in (1, 2):
            try:
                with self._book.engine.begin() as connection:
                    rows.write(connection, unit, results)
                return
            except IntegrityError:
                # Somebody else (Formgrader, another grader) has just added the same row: look again, then update it.
                if attempt == 2:
                    raise

    def _save_penalties(self, unit: UnitIds, results: dict[str, Result]) -> None:
        students = [student for student, result in results.items() if result.submitted]
        if not students:
            return
        with self._book.engine.begin() as connection:
            found = rows.timed(connection, unit, students)
            penalties = {notebook.notebook: self._penalty(notebook) for notebook in found}
            changed = {n.notebook: penalties[n.notebook] for n in found if penalties[n.notebook] != n.penalty}
            rows.write_penalties(connection, changed)

    def _penalty(self, notebook: rows.Timed) -> float | None:
        """Return what nbgrader's plugin takes off for lateness, at most the score; None where it takes nothing."""
        if notebook.seconds_late == 0:
            return None
        plugin = self._late_plugin
        penalty = plugin.late_submission_penalty(notebook.student, notebook.score, notebook.seconds_late)
        return None if penalty is None else min(max(float(penalty), 0.0), notebook.score)

    @cached_property
    def _late_plugin(self) -> Any:
        penalties = AssignLatePenalties(config=_nbgrader_config())
        penalties.init_plugin()
        return penalties.plugin_inst


def default_url(folder: Path) -> str:
    """Return the URL of the SQLite gradebook in an output folder."""
    return f"sqlite:///{(folder / 'gradebook.db').resolve()}"


def shown_url(url: str) -> str:
    """Return a database URL as it may be shown: without its password."""
    try:
        return sql.make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url


def _open(url: str) -> api.Gradebook:
    parsed = sql.make_url(url)
    if parsed.drivername == "sqlite" and not parsed.query:
        Path(parsed.database or "").absolute().parent.mkdir(parents=True, exist_ok=True)
        parsed = parsed.update_query_dict({"timeout": str(LOCK_TIMEOUT)})
    full_url = parsed.render_as_string(hide_password=False)
    _mark_if_new(full_url)
    return api.Gradebook(full_url)


def _mark_if_new(url: str) -> None:
    """Record in an empty database which schema nbgrader has: nbgrader itself would start a process to find out."""
    engine = sql.create_engine(url)
    with engine.begin() as connection:
        if not sql.inspect(connection).get_table_names():
            MigrationContext.configure(connection).stamp(ScriptDirectory(ALEMBIC_DIR), "head")
    engine.dispose()


@contextlib.contextmanager
def _explained(url: str) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, api.InvalidEntry, OSError, ModuleNotFoundError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
        raise GradebookError(f"The gradebook {shown_url(url)} can't be used: {reason[0].rstrip('.')}.") from error


def _nbgrader_config() -> Any:
    """Return the configuration that nbgrader's own commands would have in this folder."""
    application = NbGrader()
    application.log_level = "ERROR"
    application.load_config_file()
    return application.config
