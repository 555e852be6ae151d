"""``course check``: the format that scripts rely on, and its exit status; with the real kernel."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from autograder.authoring.reference import references
from autograder.cli import app
from autograder.grading.release import release_path
from autograder.kernel.kernel import Kernel
from autograder.kernel.sandbox import NoSandbox
from autograder.units import load_unit

UNIT = "04-multi-head-attention"
NAMES = [component.name for component in load_unit(UNIT).components]


@pytest.fixture(scope="module", autouse=True)
def sandbox() -> None:
    try:
        with Kernel():
            return
    except NoSandbox as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def own() -> dict[str, str]:
    """The reference solutions, which stand for a student's right answers here."""
    return dict(references(UNIT).own)


@pytest.fixture
def right(tmp_path: Path, own: dict[str, str]) -> Path:
    notebook = json.loads(release_path(UNIT).read_bytes())
    for cell in notebook["cells"]:
        label = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = own.get(label, cell["source"])
    path = tmp_path / "right.ipynb"
    path.write_text(json.dumps(notebook))
    return path


@pytest.fixture
def partial(tmp_path: Path) -> Path:
    path = tmp_path / "partial.py"
    path.write_text(
        "import torch\n\n\ndef causal_mask(length):\n    return torch.ones(length, length, dtype=torch.bool).triu()\n"
    )
    return path


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


def documents(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_right_notebook_has_full_marks_and_exit_status_0(right: Path):
    result = check(UNIT, right, "--json")
    (document,) = documents(result)
    assert document["score"] == document["max_score"] == sum(c.max_score for c in load_unit(UNIT).components)
    assert result.exit_code == 0


def test_a_document_has_exactly_the_promised_fields_in_the_curriculums_order(partial: Path):
    (document,) = documents(check(UNIT, partial, "--json", "--seed", "7"))
    assert list(document) == ["file", "unit", "release", "seed", "score", "max_score", "components"]
    assert (document["file"], document["unit"], document["seed"]) == (str(partial), UNIT, 7)
    assert [component["name"] for component in document["components"]] == NAMES
    for component in document["components"]:
        assert list(component) == ["name", "status", "score", "max_score", "misconception", "message", "properties"]
        assert component["score"] == sum(p["points"] for p in component["properties"] if p["passed"])
        assert all(list(prop) == ["name", "passed", "message", "points"] for prop in component["properties"])


def test_marks_that_are_missing_give_exit_status_1_and_the_mistake_its_name(partial: Path):
    result = check(UNIT, partial, "--json")
    found = {component["name"]: component for component in documents(result)[0]["components"]}
    assert found["causal_mask"]["misconception"] == "upper-triangle"
    assert {component["status"] for name, component in found.items() if name != "causal_mask"} == {"missing"}
    assert result.exit_code == 1


def test_a_file_that_cannot_be_read_gets_its_line_and_exit_status_2_wins(right: Path, tmp_path: Path):
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{")
    result = check(UNIT, right, broken, tmp_path / "nowhere.py", tmp_path, right, "--json")
    lines = documents(result)
    assert [line["file"] for line in lines] == [
        str(p) for p in (right, broken, tmp_path / "nowhere.py", tmp_path, right)
    ]
    for line in lines[1:4]:
        assert list(line) == ["file", "unit", "error"]
    assert lines[4]["score"] == lines[4]["max_score"]
    assert result.exit_code == 2


def test_the_same_seed_gives_the_same_verdict_and_another_one_other_draws(partial: Path):
    told = [
        json.dumps(documents(check(UNIT, partial, "--json", "--seed", seed))[0]["components"]) for seed in "11234567"
    ]
    assert told[0] == told[1]
    assert len(set(told)) > 1


def test_without_a_seed_every_check_draws_anew(partial: Path):
    assert len({documents(check(UNIT, partial, "--json"))[0]["seed"] for _ in range(3)}) > 1


def test_a_unit_may_be_named_by_its_number(partial: Path):
    assert documents(check("04", partial, "--json"))[0]["unit"] == UNIT


def test_an_unknown_unit_is_told_with_those_that_there_are(partial: Path):
    result = check("99-nothing", partial, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert UNIT in result.stderr


def test_people_read_what_is_wrong_and_why(partial: Path):
    result = check(UNIT, partial)
    assert "upper-triangle" in result.stdout
    assert "scaled_dot_product_attention" in result.stdout


def test_an_answer_that_prints_or_changes_its_input_file_leaves_standard_output_to_the_verdicts(
    tmp_path: Path, own: dict[str, str]
):
    loud = tmp_path / "loud.py"
    loud.write_text(f"import sys, torch\nprint('noise')\nprint('noise', file=sys.stderr)\n{own['causal_mask']}\n")
    result = check(UNIT, loud, "--json")
    assert documents(result)[0]["components"][1]["status"] == "passed"
    assert "noise" not in result.stdout
