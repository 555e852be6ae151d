"""Checks single files as the grader would: one verdict a file, in one warm process."""

from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autograder.grading.notebook_file import Rejected
from autograder.grading.process import Process
from autograder.grading.submission import Reading, read_bytes
from autograder.grading.task import Assignment, new_seed
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
        yield check_file(assignment, file, new_seed() if seed is None else seed, sandbox=sandbox)


def check_file(assignment: Assignment, file: str, seed: int, *, sandbox: bool) -> Checked:
    """Return the verdict on one notebook or Python file."""
    path = Path(file)
    try:
        reading = read_bytes(path.read_bytes(), path.suffix, assignment.release)
    except OSError as error:
        return Checked(file, assignment.unit, error=f"The file can't be read: {error.strerror or error}.")
    except Rejected as rejected:
        return Checked(file, assignment.unit, error=str(rejected))
    try:
        verdict, notes = _process().do(_judge, assignment, reading, seed, sandbox)
    except (BrokenExecutor, KernelFault, OSError) as fault:
        return Checked(file, assignment.unit, error=f"The checker itself failed: {str(fault).rstrip(chr(46))}.")
    return Checked(file, assignment.unit, verdict, notes)


@cache
def _process() -> Process:
    """Return the process that judges all files, started at the first one; it ends with this one."""
    return Process()


def _judge(assignment: Assignment, reading: Reading, seed: int, sandbox: bool) -> tuple[UnitVerdict, tuple[str, ...]]:
    """Return a submission's verdict and notes; only where this is called is imported what it takes, torch above all."""
    from autograder.grading.worker import judge

    judgement = judge(assignment, reading, seed, sandbox=sandbox)
    return judgement.verdict, judgement.notes


def exit_status(checked: Sequence[Checked]) -> int:
    """Return 0 for full marks everywhere, 1 if marks are missing, 2 if a file could not be read."""
    if any(one.verdict is None for one in checked):
        return 2
    return 0 if all(one.is_full for one in checked) else 1
