"""The ``course`` command: each command parses, calls one function, and says what happened."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.errors import Mistake
from autograder.grading import commands as grading
from autograder.lectures import commands as lectures
from autograder.student import workspace
from autograder.student.places import ROOT

STUDENTS, INSTRUCTORS = "For students", "For instructors"
LECTURERS, AUTHORS = "For lecturers", "For authors"

app = typer.Typer(
    help="The course on Transformers: work through it, check, submit, grade, and write it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console(highlight=False, soft_wrap=True, markup=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)

Unit = Annotated[str, typer.Argument(help="A unit, such as 04-multi-head-attention or 04.", metavar="UNIT")]
Units = Annotated[list[str] | None, typer.Argument(help="Units; all that exist unless given.", metavar="[UNIT...]")]


@app.command(rich_help_panel=STUDENTS)
def lab(
    unit: Annotated[str | None, typer.Argument(help="The unit to open; the first one unless given.")] = None,
    port: Annotated[int, typer.Option(help="The port that JupyterLab listens on.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,
) -> None:
    """Copy the release into work/ (once) and open JupyterLab there."""
    opened = workspace.full_name(unit or workspace.first_unit())
    for name in workspace.prepare():
        console.print(f"{name}: copied to work/{name}")
    if older := workspace.outdated():
        console.print(f"Newer releases are here of {', '.join(older)}. Carry your work over with: course update")
    raise typer.Exit(_jupyterlab(opened, port, browser))


@app.command(rich_help_panel=STUDENTS)
def update() -> None:
    """Carry your cells over to a newer release; each notebook is backed up first."""
    console.print("\n".join(workspace.update()) or "Your notebooks are those of this release.")


@app.command(rich_help_panel=STUDENTS)
def reset(
    unit: Unit,
    component: Annotated[str | None, typer.Argument(help="One exercise; the whole unit unless given.")] = None,
) -> None:
    """Put an exercise, or a whole unit, back as it was released; a backup is kept and named."""
    console.print(workspace.reset(unit, component))


app.command(rich_help_panel=STUDENTS)(grading.check)


@app.command(rich_help_panel=STUDENTS)
def submit(
    unit: Unit,
    student: Annotated[str, typer.Option(help="Your id in the class.")],
    to: Annotated[Path, typer.Option(help="The folder that collects the submissions.")],
) -> None:
    """Put your notebook where the grader looks: TO/STUDENT/UNIT/UNIT.ipynb."""
    console.print(workspace.submit(unit, student, to))


for command in (grading.grade, grading.report, grading.export, grading.forget, grading.demo):
    app.command(rich_help_panel=INSTRUCTORS)(command)

app.command(rich_help_panel=LECTURERS)(lectures.slides)
app.command(rich_help_panel=LECTURERS)(lectures.book)


@app.command(rich_help_panel=AUTHORS)
def release(
    units: Units = None,
    check: Annotated[bool, typer.Option("--check", help="Only say what is stale; exit 1 if anything is.")] = False,
    archive: Annotated[bool, typer.Option("--archive", help="Make the zip that a class gets, of these units.")] = False,
) -> None:
    """Build course/ and the executed solutions from the sources."""
    from autograder.authoring import release as building

    chosen = _chosen(units)
    if check:
        wrong = [problem for unit in chosen for problem in building.stale(unit)]
        console.print("\n".join(wrong) or "Everything generated fits its source.")
        raise typer.Exit(1 if wrong else 0)
    if archive:
        _archive(chosen)
        return
    for unit in chosen:
        with console.status(f"Building {unit}: its solution is executed if anything it is made from has changed"):
            done = building.build(unit)
        console.print(f"{unit}: {done}")


@app.command(rich_help_panel=AUTHORS)
def verify(units: Units = None) -> None:
    """Check what an author must: references and right answers pass, wrong ones are named, the release is fresh."""
    from autograder.authoring.verify import problems

    wrong = 0
    for unit in _chosen(units):
        with console.status(f"Verifying {unit}"):
            found = problems(unit)
        console.print("\n  ".join([f"{unit}: {f'{len(found)} problems' if found else 'all holds'}", *found]))
        wrong += len(found)
    raise typer.Exit(1 if wrong else 0)


def main() -> None:
    """Run the command; a mistake that isn't the program's ends in one sentence and exit status 2."""
    _start_without_a_grammar()
    try:
        app()
    except Mistake as error:
        errors.print(str(error))
        sys.exit(2)
    except OSError as error:
        errors.print(f"{error.filename or 'A file'} can't be used: {error.strerror or error}.")
        sys.exit(2)


def _start_without_a_grammar() -> None:
    """Spare every command the second that jsonschema takes to compile a grammar that no notebook's schema uses.

    It does without the package of internationalised addresses where that is not installed, and None says so.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def _archive(units: list[str]) -> None:
    from autograder.authoring.archive import archive, solved_by

    console.print(f"Written: {archive(units, ROOT / 'build' / 'archive')}")
    for unit, names in solved_by(units).items():
        console.print(f"Note: {unit} brings reference solutions of exercises of the other units: {', '.join(names)}.")


def _chosen(units: list[str] | None) -> list[str]:
    from autograder.authoring.source import unit_with_source, units_with_source

    return [unit_with_source(unit) for unit in units] if units else list(units_with_source())


def _jupyterlab(unit: str, port: int, browser: bool) -> int:
    options = [f"--LabApp.default_url=/lab/tree/{unit}/{unit}.ipynb", f"--ServerApp.root_dir={ROOT / 'work'}"]
    # The course works without a network: no looking for news and updates, and no question whether to.
    options += ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    options += [f"--port={port}", *([] if browser else ["--no-browser"]), *_as_root()]
    # So that `course` is found in JupyterLab's terminals and cells, also where nobody activated the environment.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    try:
        return subprocess.call([sys.executable, "-m", "jupyterlab", *options], env={**os.environ, "PATH": path})
    except KeyboardInterrupt:
        return 0


def _as_root() -> list[str]:
    """JupyterLab refuses to start as root, as which containers run, unless told that this is meant."""
    return ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
