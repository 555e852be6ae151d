"""Grades a folder of submissions: resumes, loses nothing, and lets only this process write.

What is finished goes to the disk in this order: pages, journal, gradebook. A crash between any two loses nothing: a
submission counts as done when it is in the journal, and every run ends by making the gradebook agree with the journal.
"""

import errno
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from autograder.errors import Fault
from autograder.grading import inbox
from autograder.grading.assignments import load_assignment
from autograder.grading.crew import Crew, CrewError, work
from autograder.grading.files import write_atomically
from autograder.grading.gradebook import GradebookError
from autograder.grading.journal import Journal, Key
from autograder.grading.ledger import Ledger
from autograder.grading.refusal import refusal
from autograder.grading.result import Result
from autograder.grading.task import Assignment, Graded, Task, grade, new_seed

BATCH = 32
BATCH_SECONDS = 2.0
LOCK_NAME = ".course-grade.lock"
AGAIN = "Nothing is lost: run the same command again to go on."


class GraderError(Fault):
    """The grader itself can't go on; its message is for the instructor."""


@dataclass(frozen=True)
class Plan:
    """What is to be graded, where to, and how."""

    submitted: Path
    out: Path
    units: tuple[str, ...]
    db: str
    force: bool = False
    sandbox: bool = True


@dataclass
class Progress:
    """How far a run has come; ``faults`` are submissions on which the grader itself failed."""

    total: int = 0
    graded: int = 0
    rejected: int = 0
    skipped: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        return self.graded + self.rejected + self.skipped

    def count(self, result: Result) -> None:
        """Count one more result."""
        if result.status == "graded":
            self.graded += 1
        else:
            self.rejected += 1
        if result.fault:
            self.faults.append(f"{result.student}/{result.unit}: {' '.join(result.notes)}")


Start = Callable[[Assignment, Task], tuple[Any, ...]]


def run(
    plan: Plan,
    make_crew: Callable[[int], Crew],
    tell: Callable[[Progress], None],
    start: Start = lambda assignment, task: (grade, assignment, task),
) -> Progress:
    """Grade what is not graded yet; ``tell`` hears of every step. GraderError says in a sentence why it can't go on.

    ``make_crew`` is told how many submissions there are at most; ``start`` returns the function to run on a worker and
    its arguments.
    """
    plan.out.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(plan.out / LOCK_NAME, timeout=0):
            return _run(plan, make_crew, tell, start)
    except Timeout:
        raise GraderError(f"Another `course grade` is at work in {plan.out}. Wait until it has ended.") from None
    except CancelledError:
        raise GraderError(f"The Dask scheduler is gone. {AGAIN}") from None
    except CrewError as error:
        raise GraderError(f"{error} {AGAIN}") from None
    except GradebookError as error:
        raise GraderError(f"{error} {AGAIN}") from None
    except OSError as error:
        raise GraderError(f"{_why(error)} {AGAIN}") from None


def _run(plan: Plan, make_crew: Callable[[int], Crew], tell: Callable[[Progress], None], start: Start) -> Progress:
    found = inbox.find(plan.submitted, plan.units)
    assignments = {unit: load_assignment(unit) for unit in dict.fromkeys(entry.unit for entry in found)}
    progress = Progress(total=len(found))
    tell(progress)
    with Journal(plan.out) as journal, Ledger(plan.db, journal, [a.release for a in assignments.values()]) as ledger:
        keeper = _Keeper(plan.out, journal, ledger)
        tasks = _Tasks(plan, found, assignments, journal.identities(), progress)
        first = next(tasks, None)
        if first is not None:
            with make_crew(progress.total - progress.skipped) as crew:
                _grade(crew, _chain(first, tasks), assignments, start, keeper, progress, tell)
        journal.compact()
        ledger.settle()
    tell(progress)
    return progress


def _grade(
    crew: Crew,
    tasks: Iterator[Task],
    assignments: dict[str, Assignment],
    start: Start,
    keeper: "_Keeper",
    progress: Progress,
    tell: Callable[[Progress], None],
) -> None:
    def begin(task: Task) -> tuple[Any, ...]:
        return start(assignments[task.unit], task)

    def give_up(task: Task, reason: str) -> Graded:
        return refusal(assignments[task.unit], task, reason, fault=True)

    try:
        for done in work(crew, tasks, begin, give_up):
            keeper.keep(done)
            progress.count(done.result)
            tell(progress)
    finally:
        keeper.flush()


class _Tasks:
    """The submissions that are still to be graded, read one by one as they are asked for."""

    def __init__(
        self,
        plan: Plan,
        found: Sequence[inbox.Found],
        assignments: dict[str, Assignment],
        identities: dict[Key, tuple[str, str, str]],
        progress: Progress,
    ) -> None:
        self._plan = plan
        self._found = iter(found)
        self._assignments = assignments
        self._identities = {} if plan.force else identities
        self._progress = progress

    def __iter__(self) -> "Iterator[Task]":
        return self

    def __next__(self) -> Task:
        for entry in self._found:
            task = _task(entry, self._plan.sandbox)
            if not self._is_done(task):
                return task
            self._progress.skipped += 1
        raise StopIteration

    def _is_done(self, task: Task) -> bool:
        identity = task.sha256, self._assignments[task.unit].release.version, task.submitted
        known = self._identities.get((task.student, task.unit)) == identity
        return known and all(path.exists() for path in artefacts(self._plan.out, task.student, task.unit))


class _Keeper:
    """Writes what comes back: pages at once, journal and gradebook in batches."""

    def __init__(self, out: Path, journal: Journal, ledger: Ledger) -> None:
        self._out = out
        self._journal = journal
        self._ledger = ledger
        self._batch: list[Result] = []
        self._begun = time.monotonic()

    def keep(self, done: Graded) -> None:
        """Write one submission's pages, and the batch that it fills."""
        result = done.result
        notebook, page = artefacts(self._out, result.student, result.unit)
        write_atomically(notebook, done.autograded)
        write_atomically(page, done.feedback)
        if result.submitted:
            write_atomically(notebook.with_name(inbox.TIMESTAMP), result.submitted.encode("utf-8", "replace"))
        self._batch.append(result)
        if len(self._batch) >= BATCH or time.monotonic() - self._begun > BATCH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write the batch."""
        batch, self._batch = self._batch, []
        if batch:
            self._journal.append(batch)
            self._ledger.save(batch)
        self._begun = time.monotonic()


def artefacts(out: Path, student: str, unit: str) -> tuple[Path, Path]:
    """Return where a submission's autograded notebook and its feedback page lie."""
    return out / "autograded" / student / unit / f"{unit}.ipynb", out / "feedback" / student / f"{unit}.html"


def _task(entry: inbox.Found, sandbox: bool) -> Task:
    delivery = inbox.open_delivery(entry)
    return Task(
        student=entry.student,
        unit=entry.unit,
        file=delivery.file,
        raw=delivery.raw,
        seed=new_seed(),
        refused=delivery.refused,
        note=delivery.note,
        submitted=delivery.submitted,
        sandbox=sandbox,
    )


def _chain(first: Task, rest: Iterator[Task]) -> Iterator[Task]:
    yield first
    yield from rest


def _why(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"The disk is full{where}: make room."
    return f"{error.strerror or error}{where}."
