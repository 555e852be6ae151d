"""Grades on their way out: for a spreadsheet, Canvas or Moodle, as the gradebook has them after human grading."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from autograder.errors import Mistake
from autograder.grading.gradebook import Gradebook, Score, default_url
from autograder.grading.report import NoResults
from autograder.render.text import number

CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
CANVAS_POINTS = "    Points Possible"
MOODLE_COLUMNS = ("Username", "ID number", "First name", "Last name", "Email address")
PLAIN_COLUMNS = ("student", "last_name", "first_name", "email", "unit", "points", "late_penalty", "score", "max_score")

# What makes a spreadsheet take a text for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Rows = Iterable[Sequence[str]]


class UnknownFormat(Mistake):
    """Raised for a format that isn't one; the message names those that are."""


def exported(out: Path, format_name: str, db: str | None = None) -> str:
    """Return the grades under ``out`` as CSV text; :class:`UnknownFormat`, or :class:`NoResults` if there are none."""
    if format_name not in FORMATS:
        raise UnknownFormat(f"There is no format {format_name!r}. The formats are: {', '.join(FORMATS)}.")
    scores = read_scores(out, db)
    if not scores:
        raise NoResults(f"There are no grades in {out}. Grade first: course grade SUBMITTED --out {out}")
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(FORMATS[format_name](scores))
    return written.getvalue()


def read_scores(out: Path, db: str | None) -> list[Score]:
    """Return the gradebook's scores; none where there is no gradebook."""
    if db is None and not (out / "gradebook.db").exists():
        return []
    with Gradebook(db or default_url(out)) as gradebook:
        return gradebook.scores()


def plain(scores: Sequence[Score]) -> Rows:
    """Yield a row for each student and unit, safe to open in a spreadsheet."""
    yield PLAIN_COLUMNS
    for score in scores:
        person = (score.student, score.last_name, score.first_name, score.email)
        points = (score.points, score.penalty, score.final, score.max_points)
        yield (*map(_harmless, person), score.unit, *map(number, points))


def canvas(scores: Sequence[Score]) -> Rows:
    """Yield Canvas's gradebook import: a row for each student, found by ID or login, and the points possible."""
    units = _units(scores)
    worth = {score.unit: number(score.max_points) for score in scores}
    yield (*CANVAS_COLUMNS, *units)
    yield (CANVAS_POINTS, "", "", "", "", *(worth[unit] for unit in units))
    for person, points in _by_student(scores):
        name = f"{person.last_name}, {person.first_name}" if person.last_name else person.student
        yield (name, person.lms_user_id, "", person.student, "", *(points.get(unit, "") for unit in units))


def moodle(scores: Sequence[Score]) -> Rows:
    """Yield Moodle's grade import: on uploading, map the column by which your site knows its users."""
    units = _units(scores)
    yield (*MOODLE_COLUMNS, *units)
    for person, points in _by_student(scores):
        known = (person.student, person.student, person.first_name, person.last_name, person.email)
        yield (*known, *(points.get(unit, "") for unit in units))


FORMATS: dict[str, Callable[[Sequence[Score]], Rows]] = {"csv": plain, "canvas": canvas, "moodle": moodle}


def _units(scores: Sequence[Score]) -> list[str]:
    return sorted({score.unit for score in scores})


def _by_student(scores: Sequence[Score]) -> Iterable[tuple[Score, dict[str, str]]]:
    """Yield each student once, as any of their scores, with the final points by unit."""
    by_student: dict[str, list[Score]] = {}
    for score in scores:
        by_student.setdefault(score.student, []).append(score)
    return ((own[0], {score.unit: number(score.final) for score in own}) for own in by_student.values())


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
