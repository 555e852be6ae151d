"""The grading commands of ``course``: each parses, calls one function, and says what happened."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from autograder.errors import Fault, Mistake
from autograder.units import UNITS, UnknownUnit, exists

if TYPE_CHECKING:
    from autograder.grading.checking import Checked
    from autograder.grading.crew import Crew

GRADED = Path("build") / "graded"
GRADER_FAILED = 1
NOT_POSSIBLE = 2
INTERRUPTED = 130
# A process costs as much to start as some thirty submissions to grade.
WORTH_A_WORKER = 60

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

Unit = Annotated[str, typer.Argument(help="A unit, such as 04-multi-head-attention or 04.", metavar="UNIT")]
Out = Annotated[Path, typer.Argument(help="The folder that `course grade` has written.", metavar="OUT")]
Unsafe = Annotated[bool, typer.Option("--unsafe", help="Run submissions without a sandbox, with your own rights.")]
Database = Annotated[str | None, typer.Option("--db", help="The gradebook's URL, if it isn't OUT/gradebook.db.")]


def check(
    unit: Unit,
    files: Annotated[list[str], typer.Argument(help="Notebooks or Python files.", metavar="FILE...")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document a line per file.")] = False,
    seed: Annotated[int | None, typer.Option(help="Draw the inputs of an earlier grading again.")] = None,
    unsafe: Unsafe = False,
) -> None:
    """Check files as the grader would. Exit 0: all full marks, 1: marks missing, 2: a file can't be read."""
    with _said_in_a_sentence(NOT_POSSIBLE):
        from autograder.grading.assignments import load_assignment
        from autograder.grading.checking import check_files, exit_status

        show = _print_json if as_json else _print_view
        checked = []
        for one in check_files(load_assignment(_full_name(unit)), files, seed, sandbox=not unsafe):
            show(one)
            checked.append(one)
        raise typer.Exit(exit_status(checked))


def grade(
    submitted: Annotated[Path, typer.Argument(help="The folder with <student>/<unit>/<unit>.ipynb.")],
    unit: Annotated[str | None, typer.Option(help="Grade only this unit.")] = None,
    out: Annotated[Path, typer.Option(help="Where results, gradebook and pages go.")] = GRADED,
    jobs: Annotated[
        int, typer.Option(help="Processes at once; by default up to as many as there are cores.", min=0)
    ] = 0,
    scheduler: Annotated[str | None, typer.Option(help="A Dask scheduler's address, to grade on a cluster.")] = None,
    db: Database = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what has been graded.")] = False,
    unsafe: Unsafe = False,
) -> None:
    """Grade submissions into a gradebook and a page for each student; run again to go on or to add late ones."""
    with _said_in_a_sentence(GRADER_FAILED):
        from autograder.grading.crew import DaskCrew, LocalCrew
        from autograder.grading.gradebook import default_url
        from autograder.grading.inbox import strangers
        from autograder.grading.pipeline import Plan, run
        from autograder.grading.summary import print_summary, progress_bar

        units = tuple(filter(exists, UNITS)) if unit is None else (_full_name(unit),)
        plan = Plan(submitted, out, units, db or default_url(out), force=force, sandbox=not unsafe)

        def make_crew(submissions: int) -> "Crew":
            return LocalCrew(jobs or _workers(submissions)) if scheduler is None else DaskCrew(scheduler)

        with progress_bar(errors) as tell:
            progress = run(plan, make_crew, tell)
        print_summary(console, plan, progress, strangers(submitted, UNITS))
        raise typer.Exit(GRADER_FAILED if progress.faults else 0)


def report(
    out: Out = GRADED,
    names: Annotated[bool, typer.Option("--names", help="Add students' names, in a page of its own.")] = False,
) -> None:
    """Report on the class: scores, which exercises and checks tell students apart, the share of each misconception."""
    with _said_in_a_sentence(NOT_POSSIBLE):
        from autograder.grading.report import class_reports, print_reports, write_page

        reports = class_reports(out)
        print_reports(console, reports)
        console.print(f"The whole report: {write_page(out, reports, names=names).resolve().as_uri()}", soft_wrap=True)


def export(
    out: Out = GRADED,
    format: Annotated[str, typer.Option(help="csv, canvas or moodle.")] = "csv",
    to: Annotated[Path | None, typer.Option(help="The file to write; standard output by default.")] = None,
    db: Database = None,
) -> None:
    """Export grades, manual ones and late penalties included, for a spreadsheet or an LMS."""
    with _said_in_a_sentence(NOT_POSSIBLE):
        from autograder.grading.export import exported

        text = exported(out, format, db)
        if to is None:
            sys.stdout.write(text)
        else:
            to.write_text(text, encoding="utf-8", newline="")
            errors.print(f"Written: {to}")


def forget(
    out: Out,
    student: Annotated[str, typer.Argument(help="The student's id, as in the folder of submissions.")],
    db: Database = None,
) -> None:
    """Remove all traces of a student from OUT and the gradebook. What they submitted is not in OUT and stays."""
    with _said_in_a_sentence(NOT_POSSIBLE):
        from autograder.grading.forgetting import forget as remove

        removed = remove(out, student, db)
        console.print("\n".join(removed) if removed else f"There is no trace of {student} in {out}.", markup=False)


def demo(
    out: Annotated[Path, typer.Option(help="Where the sample class is made and graded.")] = Path("build") / "demo",
    jobs: Annotated[int, typer.Option(help="Processes at once.", min=0)] = 0,
) -> None:
    """Make a sample class, grade it, and print the table and the addresses of the pages."""
    from autograder.grading.demo import make_class

    with _said_in_a_sentence(GRADER_FAILED):
        submitted = make_class(out / "submitted")
        console.print(f"A sample class is in {submitted}.")
    try:
        grade(submitted, out=out / "graded", jobs=jobs)
    except typer.Exit as ended:
        if ended.exit_code:
            raise
    report(out / "graded")


def _print_json(one: "Checked") -> None:
    sys.stdout.write(json.dumps(one.to_json()) + "\n")
    sys.stdout.flush()


def _print_view(one: "Checked") -> None:
    from autograder.render.terminal import file_view

    console.print(file_view(one.file, one.verdict, one.notes, one.error))


def _full_name(unit: str) -> str:
    """Return the unit that is meant by its name or its number."""
    found = [name for name in UNITS if exists(name) and unit in (name, name[:2])]
    if not found:
        raise UnknownUnit(f"There is no unit {unit!r}. The units are: {', '.join(filter(exists, UNITS))}.")
    return found[0]


def _workers(submissions: int) -> int:
    """Return how many processes to start: as many as there are cores, but none that has too little to do."""
    return min(_cores(), 1 + submissions // WORTH_A_WORKER)


def _cores() -> int:
    """Return how many cores this process may use, which in a container is fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _said_in_a_sentence(status: int) -> Iterator[None]:
    """Turn the errors that are meant for people into their message and an exit status."""
    try:
        yield
    except Fault as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(status) from None
    except Mistake as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(NOT_POSSIBLE) from None
    except OSError as error:
        errors.print(f"{error.filename or 'A file'} can't be used: {error.strerror or error}.", markup=False)
        raise typer.Exit(status) from None
    except KeyboardInterrupt:
        errors.print("Stopped. Run the same command again to go on.")
        raise typer.Exit(INTERRUPTED) from None
