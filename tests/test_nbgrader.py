"""nbgrader's own commands grade the course's notebooks, from the course's own configuration."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from sample_course import SOURCE, UNIT, two_components, write_source

from autograder.authoring import release
from autograder.authoring.release import source_notebook, student_files, to_bytes
from autograder.authoring.source import ROOT, read_source

CAUSAL = "def causal_mask(length):\n    print('noise')\n    return torch.ones(length, length, dtype=torch.bool).tril()"
NOT_FOR_GRADING = "raise RuntimeError('a demo cell ran while grading')"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A course of one small unit, released by nbgrader."""
    root = tmp_path_factory.mktemp("course")
    write_source(root, SOURCE.replace("TRIED = 3", f"TRIED = 3\n{NOT_FOR_GRADING}"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release, "load_unit", two_components)
        content = to_bytes(source_notebook(read_source(UNIT, root)))
        (root / "build" / "source" / UNIT).mkdir(parents=True)
        (root / "build" / "source" / UNIT / f"{UNIT}.ipynb").write_bytes(content)
        shutil.copy(ROOT / "nbgrader_config.py", root)
        nbgrader(root, "generate_assignment", UNIT)
        assert (root / "course" / UNIT / f"{UNIT}.ipynb").read_bytes() == next(iter(student_files(UNIT, root).values()))
        yield root


def nbgrader(root: Path, *arguments: str) -> None:
    # nbgrader looks for alembic's command on the path, where an activated environment has it.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=root, env={**os.environ, "PATH": path}, capture_output=True
    )
    assert ran.returncode == 0, ran.stderr.decode()[-3000:]


def submit(root: Path, student: str, answers: dict[str, str]) -> None:
    book: dict[str, Any] = json.loads((root / "course" / UNIT / f"{UNIT}.ipynb").read_bytes())
    for cell in book["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    path = root / "build" / "submitted" / student / UNIT / f"{UNIT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(book))


def scores(root: Path, student: str) -> dict[str, float]:
    with Gradebook(f"sqlite:///{root / 'build' / 'graded' / 'gradebook.db'}") as book:
        grades = book.find_submission_notebook(UNIT, UNIT, student).grades
        return {grade.name.removeprefix("check-"): grade.score for grade in grades}


def test_right_answers_get_full_marks_and_unwritten_ones_none_and_no_demo_runs(course: Path) -> None:
    submit(course, "ada", {"causal_mask": CAUSAL})
    submit(course, "bob", {"causal_mask": CAUSAL.replace("tril", "triu")})
    nbgrader(course, "autograde", UNIT)
    full = two_components(UNIT).component("causal_mask").max_score
    assert scores(course, "ada") == {"causal_mask": full, "local_mask": 0}
    assert scores(course, "bob")["causal_mask"] < full
    graded = (course / "build" / "graded" / "autograded" / "ada" / UNIT / f"{UNIT}.ipynb").read_text()
    assert "NotImplementedError" in graded and '"ename": "RuntimeError"' not in graded
