"""Grades on their way out, and students on theirs: what is exported is right, and what is forgotten is gone."""

import csv
import io
from pathlib import Path

import pytest
import sample_results
from nbgrader.api import Gradebook as Nbgrader
from sample_grading import InlineCrew, fake_grade, submit
from sample_notebooks import UNIT, small_release

from autograder.grading import pipeline
from autograder.grading.export import CANVAS_COLUMNS, FORMATS, MOODLE_COLUMNS, UnknownFormat, exported, plain
from autograder.grading.forgetting import forget
from autograder.grading.gradebook import Score, default_url
from autograder.grading.pipeline import Plan, run
from autograder.grading.report import NoResults, class_reports, write_page
from autograder.grading.task import Assignment
from autograder.kernel.cells import References


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A graded class of two."""
    monkeypatch.setattr(pipeline, "load_assignment", lambda unit: Assignment(small_release(), References()))
    submit(tmp_path / "submitted", "ada", "0")
    submit(tmp_path / "submitted", "mallory-the-unforgettable", "1", at="2026-03-01 10:00:00 UTC")
    out = tmp_path / "graded"
    plan = Plan(tmp_path / "submitted", out, (UNIT,), default_url(out))
    run(plan, InlineCrew, lambda progress: None, lambda assignment, task: (fake_grade, assignment, task))
    return out


def rows(out: Path, format_name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(exported(out, format_name))))


def test_canvas_gets_its_columns_the_points_possible_and_each_student_by_login(out: Path):
    header, possible, ada, mallory = rows(out, "canvas")
    assert header == [*CANVAS_COLUMNS, UNIT]
    assert possible[0].strip() == "Points Possible"
    assert possible[-1] == str(sample_results.MAX_SCORE)
    assert ada == ["ada", "", "", "ada", "", "13"]
    assert mallory[-1] == "11"


def test_moodle_gets_columns_to_map_users_by_and_one_for_each_unit(out: Path):
    header, ada, _ = rows(out, "moodle")
    assert header == [*MOODLE_COLUMNS, UNIT]
    assert (ada[0], ada[1], ada[-1]) == ("ada", "ada", "13")


def test_names_and_numbers_that_the_gradebook_knows_are_used(out: Path):
    with Nbgrader(default_url(out)) as gradebook:
        gradebook.update_or_create_student("ada", first_name="Ada", last_name="Lovelace", lms_user_id="4711")
    assert rows(out, "canvas")[2][:4] == ["Lovelace, Ada", "4711", "", "ada"]


def test_what_a_human_graded_and_a_late_penalty_count(out: Path):
    with Nbgrader(default_url(out)) as gradebook:
        gradebook.find_grade("check-causal_mask", UNIT, UNIT, "ada").manual_score = 2.5
        gradebook.find_submission_notebook(UNIT, UNIT, "ada").late_submission_penalty = 1.0
        gradebook.db.commit()
    header, ada, _ = rows(out, "csv")
    known = dict(zip(header, ada, strict=True))
    assert (known["points"], known["late_penalty"], known["score"], known["max_score"]) == ("12.5", "1", "11.5", "13")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_a_students_id_is_never_a_formula_in_a_spreadsheet(name: str):
    _, row = plain([Score(name, UNIT, 1.0, 2.0, 0.0)])
    assert row[0] == f"'{name}"


def test_a_student_without_a_submission_to_a_unit_has_an_empty_cell_there():
    scores = [Score("ada", "00-start-here", 1.0, 2.0, 0.0), Score("ben", UNIT, 3.0, 4.0, 0.0)]
    assert [row[-2:] for row in FORMATS["moodle"](scores)][1:] == [("1", ""), ("", "3")]


def test_an_unknown_format_is_told_with_those_that_there_are(out: Path):
    with pytest.raises(UnknownFormat, match="csv, canvas, moodle"):
        exported(out, "excel")


def test_nothing_to_export_is_told_and_no_gradebook_is_made(tmp_path: Path):
    with pytest.raises(NoResults, match="no grades"):
        exported(tmp_path, "csv")
    assert not list(tmp_path.iterdir())


def test_a_forgotten_student_is_in_no_file_and_in_no_name_of_one(out: Path):
    write_page(out, class_reports(out), names=True)
    write_page(out, class_reports(out), names=False)
    assert forget(out, "mallory-the-unforgettable")
    for path in out.rglob("*"):
        assert "mallory" not in path.name
        assert path.is_dir() or b"mallory" not in path.read_bytes()
    assert [row[0] for row in rows(out, "csv")[1:]] == ["ada"]
    assert class_reports(out)[0].scores == [13]


def test_forgetting_again_finds_nothing(out: Path):
    forget(out, "ada")
    assert forget(out, "ada") == []


def test_the_report_of_a_class_that_is_wholly_forgotten_is_gone(out: Path):
    write_page(out, class_reports(out), names=False)
    forget(out, "ada")
    forget(out, "mallory-the-unforgettable")
    assert not (out / "report.html").exists()


@pytest.mark.parametrize("student", ["..", ".", "", "../submitted", "ada/..", "/"])
def test_a_name_that_leads_elsewhere_removes_nothing(out: Path, student: str):
    before = sorted(out.parent.rglob("*"))
    assert forget(out, student) == []
    assert [path for path in sorted(out.parent.rglob("*")) if path.name != pipeline.LOCK_NAME] == [
        path for path in before if path.name != pipeline.LOCK_NAME
    ]
