"""The ``course`` command: each command parses, calls one function, and says what happened."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.authoring.source import SourceError
from autograder.student import workspace
from autograder.units import UnknownUnit

app = typer.Typer(
    help="The course on Transformers: work through it, check, submit, grade, and write it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console(highlight=False, soft_wrap=True)

# Exceptions whose messages are written for the person at the keyboard.
FOR_PEOPLE = (workspace.WorkspaceError, SourceError, UnknownUnit)

Unit = Annotated[str, typer.Argument(help="A unit's folder name, such as 04-multi-head-attention.", metavar="UNIT")]
Units = Annotated[list[str] | None, typer.Argument(help="Units; all that exist unless given.", metavar="[UNIT...]")]


@app.command()
def lab(
    unit: Annotated[str | None, typer.Argument(help="The unit to open; the first one unless given.")] = None,
    port: Annotated[int, typer.Option(help="The port that JupyterLab listens on.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,
) -> None:
    """Copy the release into work/ (once) and open JupyterLab there."""
    for name in workspace.prepare():
        console.print(f"{name}: copied to work/{name}")
    units = workspace.released_units()
    if unit is not None and unit not in units:
        raise UnknownUnit(f"There is no unit {unit!r}. The units are: {', '.join(units)}.")
    opened = f"/lab/tree/{unit or units[0]}/{unit or units[0]}.ipynb"
    options = [f"--LabApp.default_url={opened}", f"--port={port}", f"--ServerApp.root_dir={workspace.ROOT / 'work'}"]
    options += [] if browser else ["--no-browser"]
    raise typer.Exit(subprocess.call([sys.executable, "-m", "jupyterlab", *options, *_as_root()]))


@app.command()
def update() -> None:
    """Carry your cells over to a newer release; each notebook is backed up first."""
    told = workspace.update()
    console.print("\n".join(told) or "Your notebooks are those of this release.")


@app.command()
def reset(
    unit: Unit,
    component: Annotated[str | None, typer.Argument(help="One exercise; the whole unit unless given.")] = None,
) -> None:
    """Put an exercise, or a whole unit, back as it was; a backup is kept and named."""
    console.print(workspace.reset(unit, component))


@app.command()
def submit(
    unit: Unit,
    student: Annotated[str, typer.Option(help="Your id in the class.")],
    to: Annotated[Path, typer.Option(help="The folder that collects the submissions.")],
) -> None:
    """Put your notebook where the grader looks: TO/STUDENT/UNIT/UNIT.ipynb."""
    console.print(f"Submitted: {workspace.submit(unit, student, to)}")


@app.command()
def release(
    units: Units = None,
    check: Annotated[bool, typer.Option("--check", help="Only say what is stale; exit 1 if anything is.")] = False,
    archive: Annotated[bool, typer.Option("--archive", help="Make the zip that a class gets, of these units.")] = False,
) -> None:
    """Build course/ and the executed solutions from the sources."""
    from autograder.authoring import release as building
    from autograder.authoring.source import ROOT, units_with_source

    chosen = units or list(units_with_source())
    if archive:
        console.print(str(building.archive(chosen, ROOT / "build" / "archive" / f"{'+'.join(chosen)}.zip")))
        return
    if check:
        wrong = [problem for unit in chosen for problem in building.stale(unit)]
        console.print("\n".join(wrong) or "Everything generated fits its source.")
        raise typer.Exit(1 if wrong else 0)
    for unit in chosen:
        with console.status(f"Building {unit}: the solution is executed if anything it is made from has changed"):
            building.build(unit)
        console.print(f"{unit}: built")


@app.command()
def verify(units: Units = None) -> None:
    """Check what an author must: references and right answers pass, wrong ones are named, the release is fresh."""
    from autograder.authoring.source import units_with_source
    from autograder.authoring.verify import problems

    wrong = 0
    for unit in units or list(units_with_source()):
        with console.status(f"Verifying {unit}"):
            found = problems(unit)
        console.print(f"{unit}: " + ("all holds" if not found else f"{len(found)} problems"))
        for problem in found:
            console.print(f"  {problem}")
        wrong += len(found)
    raise typer.Exit(1 if wrong else 0)


def main() -> None:
    """Run the command; a mistake that isn't the program's ends in one sentence and exit status 2."""
    try:
        app()
    except FOR_PEOPLE as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(error), markup=False)
        sys.exit(2)


def _as_root() -> list[str]:
    """JupyterLab refuses to start as root, as which containers run, unless told that this is meant."""
    return ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
