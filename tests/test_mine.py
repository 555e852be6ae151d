"""The student's own library: what a pass saves stands alone, and ``from mine import`` finds it, or the reference."""

import json
import linecache
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.student.library import save, standalone
from autograder.student.places import library_of, references_for

UNIT = "04-multi-head-attention"
LATER = "05-transformer"
ATTENTION = """
def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))
    if mask is not None:
        scores = scores.masked_fill(~mask, LOWEST)
    return softmax(scores) @ value, softmax(scores)
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with two units' folders; the tests run in the earlier one's."""
    work = tmp_path / "work"
    (work / ".course").mkdir(parents=True)
    for unit in (UNIT, LATER):
        (work / unit).mkdir()
    monkeypatch.chdir(work / UNIT)
    for variable in ("NBGRADER_EXECUTION", "COURSE_JUDGE"):
        monkeypatch.delenv(variable, raising=False)
    return work


def notebook(*cells: str) -> dict[str, Any]:
    """The namespace of a notebook in which these cells ran."""
    module = ModuleType("__main__")
    for number, cell in enumerate(cells):
        file = f"<cell {number} of {id(module)}>"
        linecache.cache[file] = (len(cell), None, cell.splitlines(keepends=True), file)
        exec(compile(cell, file, "exec"), module.__dict__)
    return {**module.__dict__, "In": ["", *cells]}


def python(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, **environment}
    return subprocess.run([sys.executable, "-c", code], cwd=folder, env=variables, capture_output=True, text=True)


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_saved_component_works_in_a_fresh_interpreter_in_a_later_unit(work: Path) -> None:
    cells = ["import math, torch", "LOWEST = -1e9\ndef softmax(scores):\n    return scores.softmax(-1)", ATTENTION]
    assert "from mine import" in save("scaled_dot_product_attention", UNIT, notebook(*cells))
    code = "import torch\nfrom mine import scaled_dot_product_attention as f\n"
    code += "x = torch.ones(2, 3)\nprint(f(x, x, x)[1][0, 0])"
    ran = python(code, work / LATER)
    assert ran.stdout.splitlines() == [
        "mine: scaled_dot_product_attention: your own, from mine/04/scaled_dot_product_attention.py",
        "tensor(0.5000)",
    ]
    assert ran.stderr == ""


def test_a_later_pass_replaces_the_saved_component(work: Path) -> None:
    for value in (1, 2):
        save("causal_mask", UNIT, notebook(f"def causal_mask(length):\n    return {value}"))
    assert "return 2" in (work / "mine/04/causal_mask.py").read_text()
    assert [path.name for path in (work / "mine").rglob("*.*")] == ["causal_mask.py"]


@pytest.mark.parametrize(
    "imported",
    ["from torch import matmul", "from torch.nn.functional import softmax as matmul", "from operator import *"],
)
def test_imports_are_saved_as_the_student_wrote_them(work: Path, imported: str) -> None:
    namespace = notebook(imported, "def causal_mask(length):\n    return matmul, len")
    assert imported in standalone("causal_mask", namespace, set())


def test_a_constant_that_is_a_tensor_is_saved(work: Path) -> None:
    cells = ["import torch\nLOWEST = torch.tensor(-1e9)", "def causal_mask(length):\n    return LOWEST * length"]
    assert "in your library" in save("causal_mask", UNIT, notebook(*cells))
    assert python("from mine import causal_mask\ncausal_mask(3)", work / UNIT).returncode == 0


def test_a_neighbour_in_the_library_is_imported_from_there_and_one_that_is_not_is_saved_along(work: Path) -> None:
    namespace = notebook(
        "def split_heads(x):\n    return x", "def merge_heads(x):\n    return x", "def f(x): return merge_heads(x)"
    )
    namespace |= notebook(*namespace["In"], "class MultiHeadAttention:\n    run = lambda s, x: f(split_heads(x))")
    save("split_heads", UNIT, namespace)
    assert "in your library" in save("MultiHeadAttention", UNIT, namespace)
    text = (work / "mine/04/MultiHeadAttention.py").read_text()
    assert "from mine import split_heads" in text and "def merge_heads" in text and "def split_heads" not in text


def test_a_cell_with_a_magic_is_saved_without_it(work: Path) -> None:
    namespace = notebook("def causal_mask(length):\n    return 1")
    namespace["In"][-1] = "%%time\n" + namespace["In"][-1]
    namespace["In"].append("%matplotlib inline\n!ls")
    assert "in your library" in save("causal_mask", UNIT, namespace)


def test_a_later_run_that_failed_does_not_replace_what_passed(work: Path) -> None:
    namespace = notebook("def causal_mask(length):\n    return 1")
    namespace["In"] += ["raise ValueError\ndef causal_mask(length):\n    return 2"]
    save("causal_mask", UNIT, namespace)
    assert "return 1" in (work / "mine/04/causal_mask.py").read_text()


def test_a_component_that_cannot_stand_alone_is_not_saved_and_the_student_is_told(work: Path) -> None:
    said = save("causal_mask", UNIT, {"__name__": "__main__", "In": [""], "causal_mask": len})
    assert "could not be put into your library" in said and "run it again" in said
    assert not (work / "mine").exists()


def test_a_helper_whose_cell_cannot_be_found_is_named(work: Path) -> None:
    namespace = {**notebook("def causal_mask(length):\n    return helper(length)"), "helper": len}
    assert "the cell that defined helper can't be found" in save("causal_mask", UNIT, namespace)


def test_nothing_is_saved_in_the_courses_own_folders(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = work.parent
    assert library_of(root / "solutions" / UNIT, root) is None
    assert library_of(work / UNIT, root) == work / "mine"
    assert library_of(Path("/elsewhere") / UNIT, root) == work / "mine"
    assert library_of(Path("/elsewhere") / UNIT, Path("/no/course/here")) == Path("/elsewhere/mine")
    assert library_of(Path("/elsewhere"), Path("/no/course/here")) is None


def test_the_reference_is_taken_where_there_is_none_and_said_once(work: Path) -> None:
    put(work / LATER / "reference.py", "def causal_mask(length):\n    return 'reference'")
    ran = python("from mine import causal_mask\nprint(causal_mask(1))", work / LATER)
    assert ran.stdout.splitlines() == ["mine: causal_mask: the reference, you have none of your own yet", "reference"]


def test_the_reference_is_taken_where_the_students_own_fails_to_import(work: Path) -> None:
    put(work / "mine/04/causal_mask.py", "import nothing_of_this_name")
    put(work / LATER / "reference.py", "causal_mask = 'reference'")
    ran = python("from mine import causal_mask\nprint(causal_mask)", work / LATER)
    assert "the reference, because yours fails to import: ModuleNotFoundError" in ran.stdout
    assert ran.stdout.endswith("reference\n") and ran.stderr == ""


@pytest.mark.parametrize("variable", [{"NBGRADER_EXECUTION": "autograde"}, {"COURSE_JUDGE": "1"}])
def test_while_grading_it_is_always_the_reference_silently(work: Path, variable: dict[str, str]) -> None:
    put(work / "mine/04/causal_mask.py", "causal_mask = 'own'")
    put(work / LATER / "reference.py", "causal_mask = 'reference'")
    ran = python("from mine import causal_mask\nprint(causal_mask)", work / LATER, **variable)
    assert ran.stdout == "reference\n"


def test_other_runs_of_nbgrader_are_not_grading(work: Path) -> None:
    put(work / "mine/04/causal_mask.py", "causal_mask = 'own'")
    ran = python("from mine import causal_mask\nprint(causal_mask)", work / LATER, NBGRADER_EXECUTION="validate")
    assert ran.stdout.endswith("own\n")


def test_what_is_nowhere_is_refused_with_a_sentence(work: Path) -> None:
    ran = python("from mine import CausalMask", work / UNIT)
    assert "ImportError: There is no 'CausalMask' to import from mine" in ran.stderr


def test_of_two_components_that_need_each_other_the_inner_one_takes_the_reference(work: Path) -> None:
    put(work / "mine/04/causal_mask.py", "from mine import local_mask\ncausal_mask = ['own', local_mask]")
    put(work / "mine/04/local_mask.py", "from mine import causal_mask\nlocal_mask = ['own', causal_mask]")
    put(work / LATER / "reference.py", "causal_mask = local_mask = 'reference'")
    ran = python("from mine import causal_mask\nprint(causal_mask)", work / LATER)
    assert ran.stdout.endswith("\n['own', ['own', 'reference']]\n") and ran.stderr == ""


def test_a_component_changed_while_the_kernel_runs_is_taken_anew(work: Path) -> None:
    put(work / "mine/04/causal_mask.py", "causal_mask = 1")
    code = (
        "import os\nfrom mine import causal_mask\npath = '../mine/04/causal_mask.py'\n"
        "open(path, 'w').write('causal_mask = 2')\nos.utime(path, ns=(1, 1))\n"
        "from mine import causal_mask\nprint(causal_mask)"
    )
    assert python(code, work / LATER).stdout.endswith("\n2\n")


def test_the_library_is_found_from_the_workspaces_own_folder_too(work: Path) -> None:
    put(work / "mine/04/causal_mask.py", "causal_mask = 1")
    assert python("from mine import causal_mask\nprint(causal_mask)", work).stdout.endswith("\n1\n")


def test_no_reference_of_a_unit_or_of_a_later_one_is_found_in_its_notebook(work: Path) -> None:
    for unit in (UNIT, LATER, "01-recurrent-networks"):
        put(work / unit / "reference.py", "")
    found = [path.parent.name for path in references_for(work / UNIT, work.parent)]
    assert found == [UNIT, "01-recurrent-networks"]


def test_two_imports_give_the_same_class(work: Path) -> None:
    put(work / "mine/04/MultiHeadAttention.py", "class MultiHeadAttention: pass")
    code = "from mine import MultiHeadAttention as A\nfrom mine import MultiHeadAttention as B\nassert A is B"
    assert python(code, work / LATER).returncode == 0


def test_a_pass_in_a_real_notebook_is_in_the_library_of_the_next(work: Path) -> None:
    cells = [
        "import torch\nfrom autograder import check",
        "def causal_mask(length):\n    return rows(length) >= rows(length).T",
        "def rows(length):\n    return torch.arange(length)[:, None]",
        'check("causal_mask")',
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(work / UNIT)}}).execute()
    assert "in your library" in json.dumps(book.cells[-1].outputs)
    ran = python("from mine import causal_mask\nprint(causal_mask(2).tolist())", work / LATER)
    assert ran.stdout.endswith("[[True, False], [True, True]]\n")
