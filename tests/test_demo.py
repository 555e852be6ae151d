"""The sample class, graded for real by the commands: every student gets the just grade, and nobody pays for another."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from autograder.cli import app
from autograder.grading.demo import CLASS, UNIT, Student
from autograder.kernel.kernel import Kernel

ALL_RIGHT = ("ada", "alan", "katherine")
LOST_BY_OTHER_MEANS = {"john": "causal_mask", "leslie": "attention_macs"}
REJECTED = {"niklaus": "isn't a notebook", "radia": "the notebook of 05-transformer"}


def course(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, kernel: Kernel) -> tuple[Path, Result]:
    """The folder that ``course demo`` wrote, and what it said."""
    out = tmp_path_factory.mktemp("demo")
    result = course("demo", "--out", out, "--jobs", "2")
    assert result.exit_code == 0, result.output
    return out, result


@pytest.fixture
def results(demo: tuple[Path, Result]) -> dict[str, dict[str, Any]]:
    lines = (demo[0] / "graded" / "results.jsonl").read_text().splitlines()
    return {record["student"]: record for record in map(json.loads, lines)}


def components(record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {component["name"]: component for component in record["components"]}


@pytest.mark.parametrize("student", CLASS, ids=lambda student: student.name)
def test_each_of_the_class_loses_points_where_the_mistake_is_and_nowhere_else(
    results: dict[str, dict[str, Any]], student: Student
):
    record = results[student.name]
    if student.name in REJECTED:
        assert (record["status"], record["score"], record["components"]) == ("rejected", 0, [])
        assert REJECTED[student.name] in record["notes"][0]
        return
    found = components(record)
    lost = {name for name, component in found.items() if component["score"] < component["max_score"]}
    missing = set(student.missing) | ({"local_mask"} if student.name == "margaret" else set())
    other = {LOST_BY_OTHER_MEANS[student.name]} if student.name in LOST_BY_OTHER_MEANS else set()
    assert lost == set(student.wrong) | missing | other, [found[name] for name in sorted(lost)]
    assert {name: found[name]["misconception"] for name in student.wrong} == dict(student.wrong)
    assert {name for name in found if found[name]["status"] == "missing"} == missing


def test_the_demo_prints_the_table_and_the_addresses_of_pages_that_are_there(demo: tuple[Path, Result]):
    folder, result = demo
    said = result.output.replace("\n", "")
    for student in CLASS:
        assert student.name in said
    assert (folder / "graded" / "report.html").as_uri() in said
    assert (folder / "graded" / "feedback" / "ada" / f"{UNIT}.html").as_uri() in said
    for student in CLASS:
        assert (folder / "graded" / "feedback" / student.name / f"{UNIT}.html").exists()


def test_the_solutions_are_out_of_a_submissions_reach(results: dict[str, dict[str, Any]]):
    verdict = components(results["leslie"])["attention_macs"]
    assert verdict["score"] == 0
    assert "FileNotFoundError" in verdict["message"]


def test_a_seed_replays_a_grade(demo: tuple[Path, Result], results: dict[str, dict[str, Any]]):
    record = results["claude"]
    path = demo[0] / "submitted" / "claude" / UNIT / f"{UNIT}.ipynb"
    checked = json.loads(course("check", UNIT, path, "--json", "--seed", str(record["seed"])).stdout)
    assert checked["components"] == record["components"]


def test_grading_again_changes_nothing(demo: tuple[Path, Result]):
    before = (demo[0] / "graded" / "results.jsonl").read_bytes()
    result = course("grade", demo[0] / "submitted", "--out", demo[0] / "graded")
    assert result.exit_code == 0
    assert f"{len(CLASS)} unchanged" in result.output
    assert (demo[0] / "graded" / "results.jsonl").read_bytes() == before


def test_report_export_and_forget_say_what_they_did(demo: tuple[Path, Result]):
    graded = demo[0] / "graded"
    assert "report-with-names.html" in course("report", graded, "--names").output.replace("\n", "")
    exported = course("export", graded, "--format", "moodle")
    assert len(exported.stdout.splitlines()) == len(CLASS) + 1
    assert "Removed from the gradebook." in course("forget", graded, "radia").output
    assert "no trace of radia" in course("forget", graded, "radia").output.replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("grade", "nowhere"), "There is no folder nowhere"),
        (("grade", ".", "--unit", "99"), "There is no unit '99'"),
        (("report", "nowhere"), "There are no results in nowhere"),
        (("export", "nowhere"), "There are no grades in nowhere"),
        (("export", "nowhere", "--format", "xls"), "The formats are: csv, canvas, moodle"),
        (("forget", "nowhere", "ada"), "There is no folder nowhere"),
    ],
)
def test_a_mistake_at_the_keyboard_is_answered_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], reason: str
):
    monkeypatch.chdir(tmp_path)
    result = course(*arguments)
    assert result.exit_code == 2
    assert reason in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.output
