"""The gradebook's rows of many submissions at once: what is there is read, and only what differs is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sql
from nbgrader import api, utils
from sqlalchemy.engine import Connection

from autograder.grading.result import Result

NO_RESPONSE = "No response."

_students = api.Student.__table__
_submissions = api.SubmittedAssignment.__table__
_notebooks = api.SubmittedNotebook.__table__
_grades = api.Grade.__table__
_comments = api.Comment.__table__

Row = dict[str, Any]


@dataclass(frozen=True)
class UnitIds:
    """Database ids of a unit: its assignment, its notebook, and by component the check's and the solution's cell."""

    assignment: str
    notebook: str
    checks: dict[str, str]
    solutions: dict[str, str]


@dataclass(frozen=True)
class Timed:
    """A submitted notebook with a time: its score, its lateness in seconds and the penalty that it has now."""

    student: str
    notebook: str
    score: float
    seconds_late: float
    penalty: float | None


def write(connection: Connection, unit: UnitIds, results: Mapping[str, Result]) -> None:
    """Make the rows of these students' submissions say what the results say; scores and comments by humans stay."""
    names = list(results)
    known = set(connection.scalars(sql.select(_students.c.id).where(_students.c.id.in_(names))))
    _insert(connection, _students, [{"id": name} for name in names if name not in known])
    submissions = _write_submissions(connection, unit, results)
    notebooks = _write_notebooks(connection, unit, list(submissions.values()))
    by_notebook = {notebooks[submissions[name]]: result for name, result in results.items()}
    _write_grades(connection, unit, by_notebook)
    _write_comments(connection, unit, by_notebook)


def _write_submissions(connection: Connection, unit: UnitIds, results: Mapping[str, Result]) -> dict[str, str]:
    """Return the submission's id by student, with rows made and times updated."""
    table = _submissions
    query = sql.select(table.c.student_id, table.c.id, table.c.timestamp).where(
        table.c.assignment_id == unit.assignment, table.c.student_id.in_(list(results))
    )
    known = {student: (key, timestamp) for student, key, timestamp in connection.execute(query)}
    times = {student: parse_time(result.submitted) for student, result in results.items()}
    new = [
        {"id": uuid4().hex, "assignment_id": unit.assignment, "student_id": student, "timestamp": times[student]}
        for student in results
        if student not in known
    ]
    _insert(connection, table, new)
    changed = [
        {"key": key, "value": times[student]}
        for student, (key, time) in known.items()
        if times[student] not in (None, time)
    ]
    _update(connection, sql.update(table).where(table.c.id == sql.bindparam("key")), {"timestamp": "value"}, changed)
    return {student: key for student, (key, _) in known.items()} | {row["student_id"]: row["id"] for row in new}


def _write_notebooks(connection: Connection, unit: UnitIds, submissions: Sequence[str]) -> dict[str, str]:
    """Return the submitted notebook's id by submission, with rows made."""
    table = _notebooks
    query = sql.select(table.c.assignment_id, table.c.id).where(
        table.c.notebook_id == unit.notebook, table.c.assignment_id.in_(submissions)
    )
    known = {row.assignment_id: row.id for row in connection.execute(query)}
    new = [
        {"id": uuid4().hex, "notebook_id": unit.notebook, "assignment_id": submission, "flagged": False}
        for submission in submissions
        if submission not in known
    ]
    _insert(connection, table, new)
    return known | {row["assignment_id"]: row["id"] for row in new}


def _write_grades(connection: Connection, unit: UnitIds, by_notebook: Mapping[str, Result]) -> None:
    table = _grades
    query = sql.select(
        table.c.notebook_id,
        table.c.cell_id,
        table.c.id,
        table.c.auto_score,
        table.c.manual_score,
        table.c.needs_manual_grade,
    ).where(table.c.notebook_id.in_(list(by_notebook)))
    known = {(row[0], row[1]): row[2:] for row in connection.execute(query)}
    new: list[Row] = []
    changed: list[Row] = []
    for notebook, result in by_notebook.items():
        for component, cell in unit.checks.items():
            score, doubtful = _auto_score(result, component)
            if (notebook, cell) not in known:
                row = {"id": uuid4().hex, "notebook_id": notebook, "cell_id": cell, "auto_score": score}
                new.append(row | {"needs_manual_grade": doubtful})
                continue
            key, auto, manual, needed = known[notebook, cell]
            if auto != score:
                # A human's score stands, but a human should look whether it still fits.
                changed.append({"key": key, "score": score, "needed": doubtful or manual is not None})
            elif doubtful and not needed and manual is None:
                changed.append({"key": key, "score": score, "needed": True})
    _insert(connection, table, new)
    statement = sql.update(table).where(table.c.id == sql.bindparam("key"))
    _update(connection, statement, {"auto_score": "score", "needs_manual_grade": "needed"}, changed)


def _write_comments(connection: Connection, unit: UnitIds, by_notebook: Mapping[str, Result]) -> None:
    table = _comments
    query = sql.select(table.c.notebook_id, table.c.cell_id, table.c.id, table.c.auto_comment).where(
        table.c.notebook_id.in_(list(by_notebook))
    )
    known = {(row[0], row[1]): row[2:] for row in connection.execute(query)}
    new: list[Row] = []
    changed: list[Row] = []
    for notebook, result in by_notebook.items():
        for component, cell in unit.solutions.items():
            comment = _auto_comment(result, component)
            if (notebook, cell) not in known:
                new.append({"id": uuid4().hex, "notebook_id": notebook, "cell_id": cell, "auto_comment": comment})
            elif known[notebook, cell][1] != comment:
                changed.append({"key": known[notebook, cell][0], "comment": comment})
    _insert(connection, table, new)
    statement = sql.update(table).where(table.c.id == sql.bindparam("key"))
    _update(connection, statement, {"auto_comment": "comment"}, changed)


def _auto_score(result: Result, component: str) -> tuple[float, bool]:
    """Return a component's score, and whether a human should look because a check was at fault."""
    for verdict in result.verdict.components:
        if verdict.name == component:
            return float(verdict.score), verdict.status == "error"
    return 0.0, result.fault


def _auto_comment(result: Result, component: str) -> str | None:
    missing = [verdict.name for verdict in result.verdict.components if verdict.status == "missing"]
    return NO_RESPONSE if component in missing else None


def timed(connection: Connection, unit: UnitIds, students: Sequence[str]) -> list[Timed]:
    """Return the lateness of those students' notebooks whose time and due date are known, extensions considered."""
    submission, notebook, assignment = api.SubmittedAssignment, api.SubmittedNotebook, api.Assignment
    query = (
        sql.select(
            submission.student_id,
            notebook.id,
            notebook.score,
            submission.timestamp,
            assignment.duedate,
            submission.extension,
            notebook.__table__.c.late_submission_penalty,
        )
        .join(submission, submission.id == notebook.assignment_id)
        .join(assignment, assignment.id == submission.assignment_id)
        .where(assignment.id == unit.assignment, submission.student_id.in_(students))
        .where(submission.timestamp.is_not(None), assignment.duedate.is_not(None))
    )
    return [
        Timed(student, key, score, max(0.0, (time - due - (extension or timedelta())).total_seconds()), penalty)
        for student, key, score, time, due, extension, penalty in connection.execute(query)
    ]


def write_penalties(connection: Connection, penalties: Mapping[str, float | None]) -> None:
    """Set the late penalty of submitted notebooks by their id."""
    table = _notebooks
    statement = sql.update(table).where(table.c.id == sql.bindparam("key"))
    rows = [{"key": key, "penalty": penalty} for key, penalty in penalties.items()]
    _update(connection, statement, {"late_submission_penalty": "penalty"}, rows)


def parse_time(text: str) -> datetime | None:
    """Return nbgrader's timestamp as UTC without a zone, as its schema has it; None where it isn't one."""
    try:
        parsed: datetime | None = utils.parse_utc(text) if text else None
    except (ValueError, OverflowError, TypeError):
        return None
    return parsed


def _insert(connection: Connection, table: sql.Table, rows: Sequence[Row]) -> None:
    if rows:
        connection.execute(sql.insert(table), rows)


def _update(connection: Connection, statement: Any, values: dict[str, str], rows: Sequence[Row]) -> None:
    if rows:
        connection.execute(statement.values({column: sql.bindparam(name) for column, name in values.items()}), rows)
