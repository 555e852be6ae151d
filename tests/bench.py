"""What grading costs, side by side with nbgrader on the same notebooks in one run: CPU seconds, since walls are noisy.

Run it with ``make bench``. ``N=`` sets the size of the class, ``NBGRADER=`` how many of it nbgrader grades.
"""

import contextlib
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from rich.console import Console
from rich.table import Table

from autograder.authoring.release import source_notebook
from autograder.authoring.source import read_source
from autograder.grading.release import ROOT, release_path

UNIT = "04-multi-head-attention"
ANSWERS = ROOT / "tests" / "answers" / UNIT
BIN = Path(sys.executable).parent
PR_SET_CHILD_SUBREAPER = 36


def honest(number: int) -> bytes:
    """Return a notebook with a right answer to everything; which style depends on the number."""
    notebook = json.loads(release_path(UNIT).read_bytes())
    for cell in notebook["cells"]:
        label = cell["metadata"].get("nbgrader", {})
        if label.get("solution"):
            styles = sorted((ANSWERS / label["grade_id"]).glob("right--*.py"))
            cell["source"] = styles[number % len(styles)].read_text()
    return json.dumps(notebook).encode()


def make_class(folder: Path, size: int) -> list[str]:
    """Write submissions in nbgrader's layout and return the students' ids."""
    students = [f"student-{number:05d}" for number in range(size)]
    for number, student in enumerate(students):
        path = folder / student / UNIT / f"{UNIT}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(honest(number))
    return students


def cpu_of(command: Sequence[str], folder: Path) -> float:
    """Return the CPU seconds of a command and all that it started; the command must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    _wait_for_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _wait_for_orphans() -> None:
    """Wait for processes whose own parents didn't, so that what they cost is counted too."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def _adopt_orphans() -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def ours(folder: Path, size: int) -> float:
    """Return what ``course grade`` costs for a class of that size, gradebook and feedback included."""
    make_class(folder / f"class-{size}", size)
    return cpu_of(["course", "grade", f"class-{size}", "--unit", UNIT, "--out", f"graded-{size}"], folder)


def nbgrader(folder: Path, size: int) -> tuple[float, float]:
    """Return what nbgrader costs a submission: one command per class, and one per student (measured on one)."""
    root = folder / "nbgrader"
    source = root / "build" / "source" / UNIT / f"{UNIT}.ipynb"
    source.parent.mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    nbformat.write(source_notebook(read_source(UNIT)), source)
    students = make_class(root / "build" / "submitted", size)
    cpu_of(["nbgrader", "generate_assignment", UNIT], root)
    per_class = sum(cpu_of(["nbgrader", name, UNIT], root) for name in ("autograde", "generate_feedback"))
    again = ("--student", students[0], "--force")
    per_student = sum(cpu_of(["nbgrader", name, UNIT, *again], root) for name in ("autograde", "generate_feedback"))
    return per_class / size, per_student


def main() -> None:
    """Measure and print."""
    _adopt_orphans()
    size, few = int(os.environ.get("N", "50")), int(os.environ.get("NBGRADER", "6"))
    console = Console()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        costs = {}
        for count in (size, 2 * size, 4 * size):
            console.print(f"course grade, {count} submissions …")
            costs[count] = ours(folder, count)
        console.print(f"nbgrader, {few} submissions …")
        per_class, per_student = nbgrader(folder, few)
    each = (costs[4 * size] - costs[size]) / (3 * size)
    table = Table("", "CPU s a submission", "times ours", title=f"Unit {UNIT}, honest answers, demo cells skipped")
    table.add_row("course grade, one more submission", f"{each:.3f}", "1")
    for count, cost in costs.items():
        table.add_row(f"course grade, {count} submissions, start included", f"{cost / count:.3f}", "")
    table.add_row("nbgrader, one command per class", f"{per_class:.2f}", f"{per_class / each:.0f}")
    table.add_row("nbgrader, one command per student", f"{per_student:.2f}", f"{per_student / each:.0f}")
    console.print(table)


if __name__ == "__main__":
    main()
