"""What a run of the grader shows: a bar while it works, a table when it has ended."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice

from rich import box
from rich import progress as bars
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.grading.journal import Journal
from autograder.grading.pipeline import Plan, Progress, artefacts
from autograder.grading.result import Result
from autograder.grading.statistics import UnitStatistics, collect
from autograder.render.text import printable

MAX_ROWS = 60
MAX_STRANGERS = 10


@contextmanager
def progress_bar(console: Console) -> Iterator[Callable[[Progress], None]]:
    """Show how many are done, how fast it goes and how long it will take; yield the function to tell of each step."""
    columns = (
        bars.TextColumn("Grading"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TextColumn("{task.fields[rate]}"),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, rate="")

        def tell(progress: Progress) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:.1f}/s" if speed else ""
            bar.update(task, total=progress.total, completed=progress.done, rate=rate)

        yield tell


def print_summary(console: Console, plan: Plan, progress: Progress, strangers: Sequence[str]) -> None:
    """Print the scores, what to look at, and where everything is."""
    results = list(islice(Journal(plan.out).results(), MAX_ROWS + 1))
    units = collect(Journal(plan.out).results())
    for table in [_class_table(units)] if len(results) > MAX_ROWS else _student_tables(results):
        console.print(table)
    told = (
        f"{progress.graded} graded, {progress.rejected} rejected, {progress.skipped} unchanged since they were graded."
    )
    console.print(told)
    for unit, statistics in units.items():
        for fault, count in statistics.faults.items():
            told = (
                f"A check of {unit} failed itself in {count} submissions, whose points need a human: {printable(fault)}"
            )
            console.print(Text(told, "magenta"))
    for fault in progress.faults:
        console.print(Text(f"The grader itself failed on {printable(fault)} It will try again next time.", "magenta"))
    if strangers:
        more = f" and {len(strangers) - MAX_STRANGERS} more" if len(strangers) > MAX_STRANGERS else ""
        named = ", ".join(printable(name) for name in strangers[:MAX_STRANGERS])
        console.print(Text(f"Not graded, because the folder is no unit's: {named}{more}.", "yellow"))
    console.print(f"Results, gradebook and pages: {plan.out}", soft_wrap=True, markup=False)
    if results:
        first = artefacts(plan.out, results[0].student, results[0].unit)[1].resolve().as_uri()
        console.print(f"A student's page: {first}", soft_wrap=True, markup=False)


def _student_tables(results: Sequence[Result]) -> Iterator[Table]:
    for unit in sorted({result.unit for result in results}):
        table = Table(title=unit, title_justify="left", box=box.SIMPLE)
        table.add_column("student")
        table.add_column("points", justify="right", no_wrap=True)
        table.add_column("mistakes, or why it was rejected", overflow="fold")
        for result in sorted((one for one in results if one.unit == unit), key=lambda one: one.student):
            style = "green" if result.score == result.max_score else "red" if result.status == "rejected" else ""
            points = Text(f"{result.score}/{result.max_score}", style)
            table.add_row(printable(result.student), points, Text(printable(_remarks(result))))
        yield table


def _remarks(result: Result) -> str:
    if result.status == "rejected":
        return " ".join(result.notes)
    verdicts = result.verdict.components
    told = [verdict.misconception for verdict in verdicts if verdict.misconception]
    counts = {
        "with another mistake": sum(verdict.status == "failed" and not verdict.misconception for verdict in verdicts),
        "missing": sum(verdict.status == "missing" for verdict in verdicts),
        "where the check is at fault": sum(verdict.status == "error" for verdict in verdicts),
    }
    return ", ".join(told + [f"{count} {what}" for what, count in counts.items() if count])


def _class_table(units: Mapping[str, UnitStatistics]) -> Table:
    table = Table("unit", box=box.SIMPLE)
    for heading in ("graded", "rejected", "mean", "of"):
        table.add_column(heading, justify="right")
    for unit, statistics in units.items():
        scores = statistics.scores.values()
        mean = f"{sum(scores) / len(scores):.1f}" if scores else "–"
        table.add_row(unit, str(len(scores)), str(len(statistics.rejected)), mean, str(statistics.max_score))
    return table
