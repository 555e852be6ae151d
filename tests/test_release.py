"""What is generated: no solution gets out, every build gives the same bytes, and nbgrader would make the same."""

import ast
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from sample_course import EARLIER, EARLIER_SOURCE, SOURCE, UNIT, two_components, write_source

from autograder import RELEASE
from autograder.authoring import executed, release
from autograder.authoring.archive import FOLDER, archive, contents, solved_by
from autograder.authoring.reference import without_marks
from autograder.authoring.release import build, nbgrader_config, source_notebook, stale, student_files, to_bytes
from autograder.authoring.source import ROOT, SOLUTION_MARKS, SourceError, read_source, units_with_source
from autograder.student import workspace
from autograder.units import UNITS, load_unit

WRITTEN = units_with_source()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course whose unit 04 has two components, and an earlier unit."""
    monkeypatch.setattr(release, "load_unit", two_components)
    write_source(tmp_path)
    write_source(tmp_path, EARLIER_SOURCE, EARLIER)
    return tmp_path


def files(unit: str, root: Path = ROOT) -> dict[str, bytes]:
    return {path.name: content for path, content in student_files(unit, root).items()}


def student(unit: str, root: Path = ROOT) -> dict[str, Any]:
    book: dict[str, Any] = json.loads(files(unit, root)[f"{unit}.ipynb"])
    return book


def cells(book: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The cells that nbgrader knows, by their label."""
    known = [cell for cell in book["cells"] if "nbgrader" in cell["metadata"]]
    return {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in known}


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def solution_lines(text: str) -> str:
    """What stands between the marks, without indentation and comments."""
    begin, end = SOLUTION_MARKS
    return plain(text.split(begin, 1)[1].rsplit(end, 1)[0])


def plain(text: str) -> str:
    lines = (line.split("  #")[0].strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("#"))


def released_texts(unit: str) -> list[str]:
    """All that stands in a unit's released files, a text for each cell of a notebook."""
    paths = [path for path in (ROOT / "course" / unit).rglob("*") if path.is_file()]
    books = [json.loads(path.read_bytes()) for path in paths if path.suffix == ".ipynb"]
    found = ["".join(cell["source"]) for book in books for cell in book["cells"]]
    return found + [path.read_text() for path in paths if path.suffix != ".ipynb"]


@pytest.mark.parametrize("unit", WRITTEN)
def test_what_is_generated_fits_its_source(unit: str) -> None:
    assert stale(unit) == []


@pytest.mark.parametrize("unit", WRITTEN)
def test_no_release_holds_a_solution_of_its_unit_or_a_later_one(unit: str) -> None:
    solutions = {
        name: solution_lines(text)
        for later in UNITS[UNITS.index(unit) :]
        if later in WRITTEN
        for name, text in read_source(later).exercises.items()
    }
    for text in map(plain, released_texts(unit)):
        assert [name for name, solution in solutions.items() if solution in text] == []
        assert not any(mark in text for mark in SOLUTION_MARKS)


@pytest.mark.parametrize("unit", WRITTEN)
def test_every_exercise_is_released_as_a_stub_that_raises(unit: str) -> None:
    known = cells(student(unit))
    for name in read_source(unit).exercises:
        stub = source(known[name])
        assert "raise NotImplementedError" in stub and ast.parse(stub)


@pytest.mark.parametrize("unit", WRITTEN)
def test_a_reference_binds_nothing_of_its_unit_or_a_later_one(unit: str) -> None:
    path = ROOT / "course" / unit / "reference.py"
    text = path.read_text() if path.exists() else ""
    bound = {node.name for node in ast.parse(text).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    later = [name for other in UNITS[UNITS.index(unit) :] if other in WRITTEN for name in read_source(other).exercises]
    assert not bound & set(later)


@pytest.mark.parametrize("unit", WRITTEN)
def test_points_and_marks_are_those_of_the_components(unit: str) -> None:
    known = cells(student(unit))
    for component in load_unit(unit).components:
        marks = {key: known[component.name]["metadata"]["nbgrader"][key] for key in ("solution", "grade", "locked")}
        assert marks == {"solution": True, "grade": False, "locked": False}
        check = known[f"check-{component.name}"]["metadata"]["nbgrader"]
        assert (check["points"], check["grade"], check["locked"]) == (component.max_score, True, True)
    given = [cell["metadata"] for label, cell in known.items() if label.startswith("given-")]
    assert given and all(m["nbgrader"]["locked"] and not m["editable"] and not m["nbgrader"]["grade"] for m in given)


def test_two_builds_in_different_processes_give_the_same_bytes() -> None:
    code = (
        "import hashlib, sys\nfrom autograder.authoring.release import *\nfrom autograder.authoring.source import *\n"
        "for unit in units_with_source():\n"
        "    made = [*student_files(unit).values(), to_bytes(source_notebook(read_source(unit)))]\n"
        "    print(unit, hashlib.sha256(b''.join(made)).hexdigest())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True)
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout != b""


@pytest.mark.parametrize("unit", WRITTEN)
def test_nbgrader_generates_the_same_release_from_the_same_folders(unit: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    made = student_files(unit)
    folder = tmp_path / "build" / "source" / unit
    folder.mkdir(parents=True)
    for path, content in made.items():
        is_notebook = path.suffix == ".ipynb"
        (folder / path.name).write_bytes(to_bytes(source_notebook(read_source(unit))) if is_notebook else content)
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", unit]
    # nbgrader looks for alembic's command on the path, where an activated environment has it.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(command, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
    for path, content in made.items():
        assert (tmp_path / path).read_bytes() == content, path
    assert sorted(p.name for p in (tmp_path / "course" / unit).iterdir()) == sorted(path.name for path in made)


def test_nbgrader_skips_demo_cells_and_reads_the_graders_folders() -> None:
    config = nbgrader_config()
    assert config.Execute.skip_cells_with_tag == "demo"
    assert config.CourseDirectory.release_directory == "course"
    assert Path(config.CourseDirectory.root) == ROOT


def test_the_notebook_names_its_unit_and_release_and_no_versions(root: Path) -> None:
    metadata = student(UNIT, root)["metadata"]
    assert metadata["course"] == {"unit": UNIT, "release": RELEASE}
    assert metadata["kernelspec"]["name"] == "python3" and set(metadata["language_info"]) == {"name"}


def test_ids_come_from_labels_or_places(root: Path) -> None:
    assert [cell["id"] for cell in student(UNIT, root)["cells"]] == [
        "cell-0", "given-setup", "cell-2", "causal_mask", "check-causal_mask", "local_mask", "check-local_mask"
    ]  # fmt: skip


def test_slides_and_demo_tags_stay_and_measured_numbers_are_filled_in(root: Path) -> None:
    first, _, demo, *_ = student(UNIT, root)["cells"]
    assert first["metadata"] == {"slideshow": {"slide_type": "slide"}}
    assert demo["metadata"] == {"tags": ["demo"]}
    measured = json.loads((ROOT / "data/results/04.json").read_bytes())["heads"]["1"]["parameters"]
    assert f"{measured:,} parameters, $x^{{{{2}}}}$" in source(first)


def test_a_number_that_was_not_measured_is_the_authors_error(root: Path) -> None:
    write_source(root, SOURCE.replace("results.heads", "results.hats"))
    with pytest.raises(SourceError, match="results.hats.*can't be looked up"):
        files(UNIT, root)


def test_a_build_is_fresh_until_an_input_changes_and_then_names_it(root: Path) -> None:
    (root / "solutions" / UNIT / "questions.yaml").write_text("- id: one")
    (root / "course" / UNIT).mkdir(parents=True)
    (root / "course" / UNIT / "reference.py").write_text("left over")
    assert "executed" in build(UNIT, root)
    assert stale(UNIT, root) == []
    assert not (root / "course" / UNIT / "reference.py").exists()
    assert "still fits" in build(UNIT, root)

    (root / "course" / UNIT / "questions.yaml").write_text("edited")
    (root / "course" / UNIT / "solved.ipynb").write_text("{}")
    write_source(root, SOURCE.replace("# # A unit", "# # The unit"))
    assert stale(UNIT, root) == [
        f"course/{UNIT}/{UNIT}.ipynb differs from its source",
        f"course/{UNIT}/questions.yaml differs from its source",
        f"course/{UNIT}/solved.ipynb is not made from any source",
        f"solutions/{UNIT}/{UNIT}.ipynb was not executed with today's solutions/{UNIT}/{UNIT}.py",
    ]


def test_a_missing_executed_solution_is_stale(root: Path) -> None:
    assert f"solutions/{UNIT}/{UNIT}.ipynb isn't there" in stale(UNIT, root)


def test_the_executed_solution_shows_full_marks_and_nothing_that_passes(root: Path) -> None:
    noise = (
        "import ipywidgets, sys, tqdm\nfrom IPython.display import display\ndisplay(ipywidgets.IntSlider())\n"
        "for _ in tqdm.tqdm(range(3)):\n    pass\ndisplay(object())"
    )
    write_source(root, SOURCE.replace("TRIED = 3", f"TRIED = 3\n{noise}"))
    build(UNIT, root)
    book = nbformat.read(executed.path(UNIT, root), as_version=4)
    known = cells(book)
    for component in two_components(UNIT).components:
        shown = known[f"check-{component.name}"]["outputs"][-1]
        assert float(shown["data"]["text/plain"]) == component.max_score
    text = json.dumps([cell.get("outputs") for cell in book.cells])
    assert not [passing for passing in ("widget-view", "0x", "%|", "in your library") if passing in text]
    assert "widgets" not in book.metadata and set(book.metadata.language_info) == {"name"}


def test_a_solution_that_fails_is_the_authors_error_and_nothing_is_written(root: Path) -> None:
    write_source(root, SOURCE.replace("TRIED = 3", "TRIED = 3 / 0"))
    with pytest.raises(SourceError, match="ZeroDivisionError"):
        build(UNIT, root)
    assert not executed.path(UNIT, root).exists()


def test_the_inputs_of_a_solution_are_what_it_imports_and_what_that_names(root: Path) -> None:
    for name, text in {
        "data/__init__.py": "",
        "data/words.py": "from data import letters\nFILE = 'words.json'",
        "data/letters.py": "",
        "data/unused.py": "",
        "data/words.json": "",
        "data/unused.json": "",
        "data/results/04.json": "",
        "data/results/05.json": "",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    write_source(root, SOURCE.replace("TRIED = 3", "from data.words import FILE\nTRIED = 3"))
    write_source(root, (root / "solutions" / UNIT / f"{UNIT}.py").read_text().replace("LOW = 0", "LOW = 0  # zero"))
    assert set(executed.inputs(read_source(UNIT, root), root)) == {
        f"solutions/{UNIT}/{UNIT}.py", "data/__init__.py", "data/words.py", "data/letters.py", "data/words.json",
        "data/results/04.json",
    }  # fmt: skip


@pytest.mark.parametrize("unit", WRITTEN)
def test_the_executed_solution_is_small_and_without_errors(unit: str) -> None:
    path = executed.path(unit)
    assert path.stat().st_size <= executed.MAX_BYTES
    outputs = [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])]
    assert outputs and not [output for output in outputs if output.output_type == "error"]


@pytest.mark.parametrize("unit", WRITTEN)
def test_the_executed_solution_runs_under_nbval(unit: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--nbval-lax", "-p", "no:cacheprovider", "-p", "no:randomly"]
    ran = subprocess.run([*command, executed.path(unit)], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout[-3000:]


def test_an_archive_of_every_unit_holds_the_release_and_no_solution(tmp_path: Path) -> None:
    files = contents(WRITTEN)
    names = set(files)
    assert not [name for name in names if name.startswith(("solutions", "tests", "docs", "work", "build", "."))]
    assert {"README.md", "LICENSE", "Makefile", "pyproject.toml", "constraints.txt", "mine.py"} <= names
    for unit in WRITTEN:
        assert f"course/{unit}/{unit}.ipynb" in names
        for name, text in read_source(unit).exercises.items():
            solution = without_marks(text).encode()
            holders = [file for file, content in files.items() if solution in content]
            assert all(file.endswith("reference.py") and file.split("/")[1] > unit for file in holders), (name, holders)


def test_the_same_archive_is_the_same_file_and_can_be_worked_in(tmp_path: Path) -> None:
    first = archive(WRITTEN[:1], tmp_path / "a")
    assert first.read_bytes() == archive(WRITTEN[:1], tmp_path / "b").read_bytes()
    with zipfile.ZipFile(first) as bundle:
        bundle.extractall(tmp_path)
    unpacked = tmp_path / FOLDER
    assert workspace.prepare(unpacked) == [WRITTEN[0]]
    code = "import autograder, mine, sys; print(autograder.__file__, mine.__file__)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=unpacked, capture_output=True, text=True)
    assert ran.stdout.split() == [str(unpacked / "autograder" / "__init__.py"), str(unpacked / "mine.py")]


def test_the_archive_can_be_installed_with_all_that_its_packages_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(archive(WRITTEN[:1], tmp_path)) as bundle:
        bundle.extractall(tmp_path)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", tmp_path, "."]
    ran = subprocess.run(command, cwd=tmp_path / FOLDER, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = set(wheel.namelist())
    read = {
        path.relative_to(ROOT).as_posix()
        for package in ("autograder", "data", "figures")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".md"
    }
    assert read | {"mine.py"} <= packed


def test_an_archive_that_brings_references_of_its_own_exercises_says_so(root: Path) -> None:
    later = "05-transformer"
    write_source(root, '# %% given="setup"\nfrom mine import causal_mask, rnn_cell\n', later)
    assert solved_by([UNIT, later], root) == {later: ["causal_mask"]}
    assert solved_by([later], root) == {}


def test_the_command_says_whether_the_release_is_fresh() -> None:
    ran = subprocess.run([sys.executable, "-m", "autograder", "release", "--check"], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "Everything generated fits its source.\n")


def test_an_unknown_unit_is_answered_in_a_sentence() -> None:
    ran = subprocess.run([sys.executable, "-m", "autograder", "release", "77"], capture_output=True, text=True)
    assert ran.returncode == 2 and ran.stdout == ""
    assert ran.stderr.startswith("There is no source of a unit '77'.") and "Traceback" not in ran.stderr
