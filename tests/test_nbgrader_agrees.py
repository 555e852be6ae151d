"""nbgrader and the grader on one class: the same scores, and nbgrader's own commands go on working on our gradebook."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook as Nbgrader
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from autograder.authoring.release import source_notebook
from autograder.authoring.source import read_source
from autograder.grading.crew import LocalCrew
from autograder.grading.gradebook import default_url
from autograder.grading.pipeline import Plan, run
from autograder.grading.release import ROOT, release_path
from autograder.kernel.kernel import Kernel
from autograder.kernel.sandbox import NoSandbox

UNIT = "04-multi-head-attention"
ANSWERS = ROOT / "tests" / "answers" / UNIT


def _sandbox() -> str:
    try:
        with Kernel():
            return ""
    except NoSandbox as error:
        return str(error)


def _put(notebook: dict[str, Any], component: str, source: str) -> None:
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == component:
            cell["source"] = source


def _answers(notebook: dict[str, Any], kind: str, *components: str) -> None:
    for component in components:
        _put(notebook, component, sorted((ANSWERS / component).glob(f"{kind}--*.py"))[0].read_text())


def _add(notebook: dict[str, Any], source: str) -> None:
    cell = {"cell_type": "code", "execution_count": None, "id": "mine", "metadata": {}, "outputs": [], "source": source}
    notebook["cells"].append(cell)


NOISE = "import sys, warnings\nprint('x' * 100, file=sys.stderr)\nwarnings.warn('careful')"
UNWRITTEN = "def {}(*args):\n    raise NotImplementedError"
CRASH = "def low_rank_attention(*args):\n    return 1 / 0"

# No failing component here is another one's neighbour: nbgrader would let a student pay for such a mistake twice.
HONEST: dict[str, Callable[[dict[str, Any]], None]] = {
    "right": lambda notebook: None,
    "loud": lambda notebook: _add(notebook, NOISE),
    "unfinished": lambda notebook: _put(notebook, "local_mask", UNWRITTEN.format("local_mask")),
    "mistaken": lambda notebook: _answers(notebook, "wrong", "causal_mask", "attention_macs", "MultiHeadAttention"),
    "crashing": lambda notebook: _put(notebook, "low_rank_attention", CRASH),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder with a class of submissions, graded by nbgrader."""
    root = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    source = root / "build" / "source" / UNIT / f"{UNIT}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(source_notebook(read_source(UNIT)), source)
    right = json.loads(release_path(UNIT).read_bytes())
    _answers(right, "right", *(path.name for path in ANSWERS.iterdir()))
    for student, change in HONEST.items():
        notebook = json.loads(json.dumps(right))
        change(notebook)
        path = root / "build" / "submitted" / student / UNIT / f"{UNIT}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))
    nbgrader(root, "generate_assignment", UNIT)
    nbgrader(root, "autograde", UNIT)
    return root


@pytest.fixture(scope="module")
def graded(course: Path) -> Path:
    """The same class, graded by us into a folder of its own, with nbgrader set up to look there."""
    if reason := _sandbox():
        pytest.skip(reason)
    out = course / "ours" / "build" / "graded"
    run(
        Plan(course / "build" / "submitted", out, (UNIT,), default_url(out)),
        lambda _: LocalCrew(1),
        lambda progress: None,
    )
    shutil.copy(ROOT / "nbgrader_config.py", course / "ours")
    return course / "ours"


def nbgrader(folder: Path, *arguments: str) -> None:
    """Run one of nbgrader's commands in a folder."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(folder), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def grades(folder: Path) -> dict[tuple[str, str], float]:
    """Return every automatic score by student and check."""
    with Nbgrader(default_url(folder / "build" / "graded")) as gradebook:
        return {
            (submission.student.id, grade.name): grade.auto_score
            for submission in gradebook.assignment_submissions(UNIT)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def test_an_honest_class_gets_the_same_scores_from_nbgrader_as_from_us(course: Path, graded: Path):
    theirs, ours = grades(course), grades(graded)
    assert len(theirs) == len(HONEST) * len(list(ANSWERS.iterdir()))
    assert ours == theirs
    assert ours["right", "check-MultiHeadAttention"] > ours["mistaken", "check-MultiHeadAttention"]


def test_nbgraders_commands_work_on_what_we_have_graded(graded: Path):
    nbgrader(graded, "generate_feedback", UNIT)
    page = graded / "build" / "graded" / "nbgrader-feedback" / "mistaken" / UNIT / f"{UNIT}.html"
    assert "check-causal_mask" in page.read_text()
    nbgrader(graded, "export")
    assert "mistaken" in (graded / "grades.csv").read_text()


def test_formgrader_lists_and_shows_what_we_have_graded(graded: Path):
    config = Config()
    config.CourseDirectory.root = str(graded / "build" / "graded")
    config.CourseDirectory.db_url = default_url(graded / "build" / "graded")
    api = NbGraderAPI(config=config)
    listed = {submission["student"]: submission for submission in api.get_notebook_submissions(UNIT, UNIT)}
    assert set(listed) == set(HONEST)
    assert listed["right"]["score"] == listed["right"]["max_score"]
    assert listed["mistaken"]["failed_tests"]
    assert not listed["right"]["needs_manual_grade"]
