"""The teaching guides' tables: minutes, points and mistakes as a unit's source and checks have them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.source import ROOT, Source, SourceError, read_source
from autograder.judging.component import Unit
from autograder.units import load_unit

FOLDER = Path("docs") / "teaching"
SECTION = re.compile(r"^## (?P<number>\d+) · (?P<title>.+)$", re.MULTILINE)
EXERCISE = re.compile(
    r"^### Exercise \d+ · `(?P<name>\w+)` &nbsp; (?P<difficulty>[●○]{3}) &nbsp; (?P<minutes>\d+) min$", re.MULTILINE
)
STATED = re.compile(
    r"\*\*Time:\*\* about (?P<hours>\w+)(?P<half> and a half)? hours?(?: and a (?P<fraction>half|quarter))?[:,]"
)
HOURS = {"an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
SENTENCE = re.compile(r".+?[.?!](?=\s|$)", re.DOTALL)


@dataclass(frozen=True)
class Exercise:
    """An exercise as its heading announces it."""

    name: str
    difficulty: str
    minutes: int


@dataclass(frozen=True)
class Section:
    """A numbered section of a unit with the exercises that stand in it."""

    number: int
    title: str
    exercises: tuple[Exercise, ...]


def guide_path(unit: str, root: Path = ROOT) -> Path:
    """Return where a unit's teaching guide lies."""
    return root / FOLDER / f"{unit}.md"


def refreshed(unit: str, root: Path = ROOT) -> str | None:
    """Return a unit's guide with its tables made anew; None if it has no guide.

    SourceError if the guide lacks the marks of a table, or the unit doesn't say its minutes.
    """
    text = written(unit, root)
    if text is None:
        return None
    source, checks = read_source(unit, root), load_unit(unit)
    for name, table in (("minutes", minutes_table(source, checks)), ("verdicts", verdicts_table(checks))):
        text = _filled(text, name, table, unit)
    return text


def written(unit: str, root: Path = ROOT) -> str | None:
    """Return a unit's guide as it lies there; None if it has none."""
    path = guide_path(unit, root)
    return path.read_text(encoding="utf-8") if path.exists() else None


def sections(source: Source) -> tuple[Section, ...]:
    """Return the numbered sections of a unit, in its order."""
    prose = "\n".join(cell.source for cell in source.notebook.cells if cell.cell_type == "markdown")
    heads = list(SECTION.finditer(prose))
    ends = [*(head.start() for head in heads), len(prose)][1:]
    return tuple(
        Section(int(head["number"]), head["title"], tuple(_exercises(prose[head.end() : end])))
        for head, end in zip(heads, ends, strict=True)
    )


def stated_minutes(source: Source) -> int:
    """Return the minutes that a unit says it takes, from words such as "about four and a half hours".

    SourceError if it doesn't say so.
    """
    prose = "\n".join(cell.source for cell in source.notebook.cells if cell.cell_type == "markdown")
    found = STATED.search(prose)
    if found is None or found["hours"] not in HOURS:
        raise SourceError(f"{source.unit}: expected a line that begins like '**Time:** about two and a half hours:'.")
    part = 30 if found["half"] else {"half": 30, "quarter": 15}.get(found["fraction"] or "", 0)
    return 60 * HOURS[found["hours"]] + part


def minutes_table(source: Source, checks: Unit) -> str:
    """Return a Markdown table of sections, exercises, points and minutes, and of what is left for the rest."""
    points = {component.name: component.max_score for component in checks.components}
    rows = [
        _row(
            f"{section.number} · {section.title}" if first else "",
            f"`{exercise.name}` {exercise.difficulty}" if exercise else "",
            points[exercise.name] if exercise else "",
            exercise.minutes if exercise else "",
        )
        for section in sections(source)
        for first, exercise in _with_first(section.exercises)
    ]
    practice = sum(exercise.minutes for section in sections(source) for exercise in section.exercises)
    stated = stated_minutes(source)
    return "\n".join(
        [
            _row("section", "exercise", "points", "minutes"),
            "|---|---|--:|--:|",
            *rows,
            _row("", "all exercises", sum(points.values()), practice),
            _row("", "reading, figures, experiments, debugging, self-test", "", stated - practice),
            _row("", "**the unit**", "", f"**{stated}**"),
        ]
    )


def verdicts_table(checks: Unit) -> str:
    """Return a Markdown table of the mistakes that a unit's checks know by name, and how each verdict begins."""
    rows = [
        _row(f"`{component.name}`", f"`{mistake.id}`", _first_sentence(mistake.advice))
        for component in checks.components
        for mistake in component.mistakes
    ]
    return "\n".join([_row("exercise", "verdict", "begins"), "|---|---|---|", *rows])


def _exercises(prose: str) -> Iterator[Exercise]:
    for found in EXERCISE.finditer(prose):
        yield Exercise(found["name"], found["difficulty"], int(found["minutes"]))


def _with_first(exercises: tuple[Exercise, ...]) -> Iterator[tuple[bool, Exercise | None]]:
    if not exercises:
        yield True, None
    for index, exercise in enumerate(exercises):
        yield index == 0, exercise


def _filled(text: str, name: str, table: str, unit: str) -> str:
    begin, end = f"<!-- {name}: made by `course release` -->", f"<!-- end of {name} -->"
    before, found_begin, rest = text.partition(begin)
    _, found_end, after = rest.partition(end)
    if not (found_begin and found_end):
        raise SourceError(f"{unit}.md: a line {begin!r} and, after it, a line {end!r} must mark the place of a table.")
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


def _first_sentence(advice: str) -> str:
    found = SENTENCE.match(advice)
    return found[0] if found else advice


def _row(*cells: str | int) -> str:
    return f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in cells)} |"
