"""The commands that make what a lecturer and a reader use: each parses, calls one function, and says what happened."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.student.places import ROOT

console = Console(highlight=False, soft_wrap=True, markup=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def slides(
    units: Annotated[
        list[str] | None, typer.Argument(help="Units; all that exist unless given.", metavar="[UNIT...]")
    ] = None,
    instructor: Annotated[bool, typer.Option("--instructor", help="With the solutions.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="The folder to write; build/slides (or build/slides-instructor) unless given.")
    ] = None,
) -> None:
    """Make slides of each unit to lecture from, with speaker notes; they need no network."""
    from autograder.authoring.source import unit_with_source, units_with_source
    from autograder.lectures.slides.build import build

    chosen = list(dict.fromkeys(map(unit_with_source, units))) if units else list(units_with_source())
    folder = out or ROOT / "build" / ("slides-instructor" if instructor else "slides")
    with console.status(f"Making slides of {len(chosen)} units"):
        written = build(chosen, folder, instructor=instructor)
    for unit, deck in written.items():
        console.print(f"{unit}: {deck.length} slides, {deck.minutes:g} minutes")
    console.print(f"Open {(folder / 'index.html').resolve().as_uri()}")


def book(
    instructor: Annotated[bool, typer.Option("--instructor", help="With the solutions.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="The folder to write; build/book (or build/book-instructor) unless given.")
    ] = None,
) -> None:
    """Make an HTML book of the whole course, with its self-tests as an Anki deck; it needs no network."""
    from autograder.authoring.source import units_with_source
    from autograder.lectures.book.build import build

    folder = out or ROOT / "build" / ("book-instructor" if instructor else "book")
    units = units_with_source()
    with console.status(f"Making a book of {len(units)} units"):
        warnings = build(units, folder, instructor=instructor)
    for warning in warnings:
        errors.print(warning)
    console.print(f"Open {(folder / 'index.html').resolve().as_uri()}")
