"""What grading one submission came to: a line of ``results.jsonl``."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from autograder.judging.verdict import UnitVerdict, from_json, to_json

Status = Literal["graded", "rejected"]


@dataclass(frozen=True)
class Result:
    """One graded submission.

    ``sha256`` is of the submitted file and, with student, unit and release, its identity; ``submitted`` is the time in
    nbgrader's ``timestamp.txt`` or empty; ``fault``: the grader itself failed on it and will try again.
    """

    student: str
    file: str
    status: Status
    verdict: UnitVerdict
    max_score: int
    notes: tuple[str, ...] = ()
    cpu_seconds: float = 0.0
    sha256: str = ""
    submitted: str = ""
    fault: bool = False

    @property
    def unit(self) -> str:
        return self.verdict.unit

    @property
    def score(self) -> int:
        return self.verdict.score

    @property
    def key(self) -> tuple[str, str]:
        """Whose it is and for which unit: of results with one key the last counts."""
        return self.student, self.unit


def rejection(
    *, student: str, file: str, unit: str, release: str, seed: int, max_score: int, reason: str, fault: bool = False
) -> Result:
    """Return the result of a submission that could not be graded: no components, 0 of the full points, the reason."""
    empty = UnitVerdict(unit=unit, release=release, seed=seed, components=())
    return Result(student, file, "rejected", empty, max_score, notes=(reason,), fault=fault)


def to_record(result: Result) -> dict[str, Any]:
    """Return the JSON object of a result."""
    return {
        "student": result.student,
        "status": result.status,
        "notes": list(result.notes),
        "cpu_seconds": round(result.cpu_seconds, 4),
        "file": result.file,
        **to_json(result.verdict),
        "max_score": result.max_score,
        "sha256": result.sha256,
        "submitted": result.submitted,
        "fault": result.fault,
    }


def from_record(record: dict[str, Any]) -> Result:
    """Return the result that :func:`to_record` wrote; KeyError or TypeError if it isn't one."""
    return Result(
        student=record["student"],
        file=record["file"],
        status=record["status"],
        verdict=from_json(record),
        max_score=record["max_score"],
        notes=tuple(record["notes"]),
        cpu_seconds=record["cpu_seconds"],
        sha256=record["sha256"],
        submitted=record["submitted"],
        fault=record["fault"],
    )


def with_identity(result: Result, *, sha256: str, submitted: str) -> Result:
    """Return the result with the submission's identity filled in."""
    return replace(result, sha256=sha256, submitted=submitted)
