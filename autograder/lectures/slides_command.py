"""The command that makes slides: it parses, calls one function, and says what happened."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.student.places import ROOT

console = Console(highlight=False, soft_wrap=True, markup=False)


def slides(
    units: Annotated[
        list[str] | None, typer.Argument(help="Units; all that exist unless given.", metavar="[UNIT...]")
    ] = None,
    instructor: Annotated[bool, typer.Option("--instructor", help="With the solutions.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="The folder to write; build/slides (or build/slides-instructor) unless given.")
    ] = None,
) -> None:
    """Make a deck of slides of each unit, with speaker notes; it needs no network."""
    from autograder.authoring.source import unit_with_source, units_with_source
    from autograder.lectures.slides import build

    chosen = list(dict.fromkeys(map(unit_with_source, units))) if units else list(units_with_source())
    folder = out or ROOT / "build" / ("slides-instructor" if instructor else "slides")
    with console.status(f"Making slides of {len(chosen)} units"):
        written = build(chosen, folder, instructor=instructor)
    for deck in written:
        console.print(f"{deck.unit}: {deck.slides} slides, {deck.minutes:g} minutes")
    console.print(f"Open {(folder / 'index.html').resolve().as_uri()}")
