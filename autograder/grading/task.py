"""A submission on its way to a worker and back, as data that can travel to another machine."""

import hashlib
import secrets
from dataclasses import dataclass

from autograder.grading.release import Release
from autograder.grading.result import Result
from autograder.kernel.cells import References
from autograder.units import load_unit

SEEDS = 10**6


@dataclass(frozen=True)
class Assignment:
    """All that grading a unit needs."""

    release: Release
    references: References

    @property
    def unit(self) -> str:
        return self.release.unit

    @property
    def max_score(self) -> int:
        return sum(component.max_score for component in load_unit(self.unit).components)


@dataclass(frozen=True)
class Task:
    """One submission; ``refused`` is a reason found before its file was read, ``note`` one to add to the result."""

    student: str
    unit: str
    file: str
    raw: bytes
    seed: int
    refused: str = ""
    note: str = ""
    submitted: str = ""
    sandbox: bool = True

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw or self.refused.encode()).hexdigest()


@dataclass(frozen=True)
class Graded:
    """What comes back: the result, the autograded notebook and the feedback page."""

    result: Result
    autograded: bytes
    feedback: bytes


def new_seed() -> int:
    """Return what a submission's inputs are drawn from, so that nobody can know them before."""
    return secrets.randbelow(SEEDS)


def grade(assignment: Assignment, task: Task) -> Graded:
    """Grade one submission on a worker: only there is imported what it takes, torch above all."""
    from autograder.grading import worker

    return worker.grade(assignment, task)
