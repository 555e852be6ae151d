"""The class report: what a lecturer wants to know before the lecture. No names unless asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from markupsafe import Markup
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.errors import Mistake
from autograder.grading.files import write_atomically
from autograder.grading.journal import NAME, Journal
from autograder.grading.pipeline import artefacts
from autograder.grading.statistics import ComponentItem, Item, UnitStatistics, collect
from autograder.render import html
from autograder.render.histogram import histogram
from autograder.render.text import printable
from autograder.units import exists, load_unit

PAGE = "report.html"
PAGE_WITH_NAMES = "report-with-names.html"
FLAT = 0.2
EASY, HARD = 0.95, 0.4
FEW = 10
MOST_SHOWN = 5


class NoResults(Mistake):
    """Raised where nothing has been graded; the message says where results were expected."""


@dataclass(frozen=True)
class Share:
    """A misconception: how many of the graded submissions show it, and the advice that goes with it."""

    component: str
    misconception: str
    count: int
    share: float
    advice: str
    makers: tuple[str, ...]


@dataclass(frozen=True)
class UnitReport:
    """One unit of the class."""

    statistics: UnitStatistics
    misconceptions: tuple[Share, ...]
    figure: Markup

    @property
    def unit(self) -> str:
        return self.statistics.unit

    @property
    def scores(self) -> list[int]:
        return sorted(self.statistics.scores.values())

    @property
    def mean(self) -> float:
        return mean(self.scores) if self.scores else 0.0

    @property
    def median(self) -> float:
        return median(self.scores) if self.scores else 0.0

    @property
    def components(self) -> list[ComponentItem]:
        return list(self.statistics.components.values())


def class_reports(out: Path) -> list[UnitReport]:
    """Return a report for each graded unit; :class:`NoResults` if there is none."""
    units = collect(Journal(out).results())
    if not units:
        raise NoResults(f"There are no results in {out / NAME}. Grade first: course grade SUBMITTED --out {out}")
    return [_unit_report(statistics) for statistics in units.values()]


def write_page(out: Path, reports: Sequence[UnitReport], *, names: bool) -> Path:
    """Write the report as a page that needs nothing but itself, and return its path."""
    path = out / (PAGE_WITH_NAMES if names else PAGE)
    page = html.page("report.html", reports=reports, names=names, remark=remark, few=FEW, page_of=_page_of)
    write_atomically(path, page.encode("utf-8", "replace"))
    return path


def print_reports(console: Console, reports: Sequence[UnitReport]) -> None:
    """Print what matters most of each unit."""
    for report in reports:
        console.print(Text(_headline(report), "bold"))
        for share in report.misconceptions[:MOST_SHOWN]:
            console.print(_told(share))
        if len(report.misconceptions) > MOST_SHOWN:
            console.print(f"  … and {len(report.misconceptions) - MOST_SHOWN} more in the page.")
        console.print(_component_table(report))
        for fault, count in report.statistics.faults.items():
            console.print(Text(f"A check failed itself, {count} times: {printable(fault)}", "magenta"))


def remark(item: Item) -> str:
    """Return in a word or two what an item's numbers mean for whoever set it."""
    if item.share >= EASY:
        return "easy"
    if item.discrimination is not None and item.discrimination < -FLAT / 2 and item.count >= FEW:
        return "look at it"
    if item.share <= HARD:
        return "hard"
    if item.discrimination is not None and item.discrimination < FLAT and item.count >= FEW:
        return "says little"
    return ""


def _unit_report(statistics: UnitStatistics) -> UnitReport:
    graded = len(statistics.scores)
    shares = tuple(
        Share(
            component,
            misconception,
            count,
            count / graded,
            _advice(statistics.unit, component, misconception),
            tuple(statistics.makers[component, misconception]),
        )
        for (component, misconception), count in sorted(
            statistics.mistakes.items(), key=lambda item: (-item[1], item[0])
        )
    )
    return UnitReport(statistics, shares, histogram(sorted(statistics.scores.values()), statistics.max_score))


def _advice(unit: str, component: str, misconception: str) -> str:
    if not exists(unit):
        return ""
    components = {one.name: one for one in load_unit(unit).components}
    mistakes = components[component].mistakes if component in components else ()
    return next((mistake.advice for mistake in mistakes if mistake.id == misconception), "")


def _page_of(student: str, unit: str) -> str:
    """Return the relative address of a student's feedback page."""
    return artefacts(Path(), student, unit)[1].as_posix()


def _headline(report: UnitReport) -> str:
    statistics = report.statistics
    rejected = f", {len(statistics.rejected)} rejected" if statistics.rejected else ""
    told = f"{report.unit}: {len(report.scores)} graded{rejected}"
    if not report.scores:
        return told
    return f"{told}; mean {report.mean:.1f}, median {report.median:g} of {statistics.max_score}"


def _told(share: Share) -> Padding:
    text = Text.assemble((f"{share.share:4.0%} ", "bold"), (share.misconception, "bold red"), f" in {share.component}")
    if share.advice:
        text.append(f". {printable(share.advice)}", "dim")
    return Padding(text, (0, 0, 0, 2))


def _component_table(report: UnitReport) -> Table:
    table = Table(box=box.SIMPLE)
    table.add_column("exercise", no_wrap=True)
    for heading in ("points", "full", "missing", "discr."):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", style="dim")
    for item in report.components:
        full, missing = f"{item.full / item.count:.0%}", f"{item.missing / item.count:.0%}"
        table.add_row(item.name, f"{item.share:.0%}", full, missing, _correlation(item), remark(item))
    return table


def _correlation(item: Item) -> str:
    return "–" if item.discrimination is None else f"{item.discrimination:.2f}"
