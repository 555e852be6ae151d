"""Verdicts for the terminal."""

import io
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.judging.verdict import ComponentVerdict, PropertyVerdict, UnitVerdict
from autograder.render.text import OUTCOME_WORDS, STATUS_WORDS, earned, explanation, printable, readable, was_asked

STATUS_STYLES = {"passed": "green", "failed": "red", "missing": "yellow", "error": "magenta"}
MARKS = {True: "✓", False: "✗", None: "–"}
OUTCOME_STYLES = {True: "green", False: "red", None: "dim"}
WIDTH = 100


def component(verdict: ComponentVerdict, *, seed: int | None = None, printed: str = "", note: str = "") -> str:
    """Return one component's verdict as plain text."""
    written = io.StringIO()
    console = Console(
        file=written, width=WIDTH, force_jupyter=False, color_system=None, highlight=False, legacy_windows=False
    )
    console.print(component_view(verdict))
    if printed:
        console.print(Padding(Text(f"Your code printed:\n{printable(printed)}"), (0, 0, 0, 2)))
    if note:
        console.print(Padding(Text(printable(note)), (0, 0, 0, 2)))
    if seed is not None:
        console.print(Padding(Text(f"Inputs drawn with seed {seed}."), (0, 0, 0, 2)))
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def file_view(file: str, verdict: UnitVerdict | None, notes: Sequence[str], error: str) -> RenderableType:
    """Return what a checked file came to: the total, then each component; or why there is none."""
    name = printable(file)
    if verdict is None:
        return Text.assemble((name, "bold"), "  ", (printable(error), "red"), "\n")
    headline = Text.assemble((name, "bold"), f"  {verdict.score} of {verdict.max_score} points (seed {verdict.seed})")
    told = [Text(f"  {printable(note)}", "yellow") for note in notes]
    components = [Padding(component_view(component, brief=True), (0, 0, 0, 2)) for component in verdict.components]
    return Group(headline, *told, *components, Text())


def component_view(verdict: ComponentVerdict, *, brief: bool = False) -> RenderableType:
    """Return one component's verdict: a headline, the misconception, and what doesn't hold.

    ``brief`` leaves out why something is missing, which among many is usually because it was not handed in.
    """
    style = STATUS_STYLES[verdict.status]
    headline = Text.assemble(
        (f"{MARKS[verdict.status == 'passed']} {verdict.name}", f"bold {style}"),
        f"  {verdict.score}/{verdict.max_score}  ",
        (STATUS_WORDS[verdict.status], style),
    )
    if verdict.status == "missing":
        return headline if brief else headline.append(f": {printable(verdict.message)}")
    parts: list[RenderableType] = [headline]
    if explanation(verdict):
        parts.append(Padding(_explained(verdict), (0, 0, 0, 2)))
    if verdict.status != "passed" and was_asked(verdict):
        parts.append(Padding(_property_table(verdict), (0, 0, 0, 2)))
    return Group(*parts)


def _explained(verdict: ComponentVerdict) -> Text:
    told = Text(printable(verdict.message))
    if verdict.misconception is None:
        return told
    return Text.assemble((f"{verdict.misconception}: ", "bold"), told)


def _property_table(verdict: ComponentVerdict) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=1)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    for prop in verdict.properties:
        table.add_row(Text(MARKS[prop.passed], OUTCOME_STYLES[prop.passed]), _told(prop), _points(prop))
    return table


def _told(prop: PropertyVerdict) -> Text:
    told = Text(readable(prop.name), "" if prop.passed is False else "dim")
    if prop.passed is not False:
        return told.append(f" ({OUTCOME_WORDS[prop.passed]})")
    return told.append(f"\n{printable(prop.message)}")


def _points(prop: PropertyVerdict) -> Text:
    return Text(f"{earned(prop)}/{prop.points}", OUTCOME_STYLES[prop.passed])
