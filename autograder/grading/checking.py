"""Checks single files as the grader would: one verdict a file, in one warm process."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.grading.notebook_file import Rejected
from autograder.grading.pipeline import SEEDS
from autograder.grading.submission import read_bytes
from autograder.grading.task import Assignment
from autograder.grading.worker import judge
from autograder.judging.verdict import UnitVerdict, to_json
from autograder.kernel.faults import KernelFault


@dataclass(frozen=True)
class Checked:
    """A file's verdict, or the error that stands in its place; ``notes`` tell what was repaired."""

    file: str
    unit: str
    verdict: UnitVerdict | None = None
    notes: tuple[str, ...] = ()
    error: str = ""

    @property
    def is_full(self) -> bool:
        return self.verdict is not None and self.verdict.score == self.verdict.max_score

    def to_json(self) -> dict[str, Any]:
        """Return the line of ``course check --json``."""
        if self.verdict is None:
            return {"file": self.file, "unit": self.unit, "error": self.error}
        return {"file": self.file, **to_json(self.verdict)}


def check_files(assignment: Assignment, files: Sequence[str], seed: int | None, *, sandbox: bool) -> Iterator[Checked]:
    """Yield each file's verdict in turn; NoSandbox if this machine can't run submissions safely."""
    for file in files:
        yield check_file(assignment, file, secrets.randbelow(SEEDS) if seed is None else seed, sandbox=sandbox)


def check_file(assignment: Assignment, file: str, seed: int, *, sandbox: bool) -> Checked:
    """Return the verdict on one notebook or Python file."""
    path = Path(file)
    try:
        reading = read_bytes(path.read_bytes(), path.suffix, assignment.release)
        judgement = judge(assignment, reading, seed, sandbox=sandbox)
    except OSError as error:
        return Checked(file, assignment.unit, error=f"The file can't be read: {error.strerror or error}.")
    except Rejected as rejected:
        return Checked(file, assignment.unit, error=str(rejected))
    except KernelFault as fault:
        return Checked(file, assignment.unit, error=f"The checker itself failed: {str(fault).rstrip(chr(46))}.")
    return Checked(file, assignment.unit, judgement.verdict, judgement.notes)


def exit_status(checked: Sequence[Checked]) -> int:
    """Return 0 for full marks everywhere, 1 if marks are missing, 2 if a file could not be read."""
    if any(one.verdict is None for one in checked):
        return 2
    return 0 if all(one.is_full for one in checked) else 1
