"""The gradebook: nbgrader reads what we write, and what a human graded stays."""

import contextlib
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sample_results as sample
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook as Nbgrader
from nbgrader.api import MissingEntry, get_alembic_version
from sample_notebooks import UNIT, check, notebook, release_cells, small_release, solution

from autograder.grading.gradebook import Gradebook, GradebookError, Score, default_url, shown_url
from autograder.grading.release import Release, parse_release

RELEASE = small_release()


@pytest.fixture(scope="module")
def empty_gradebook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("empty")
    with Gradebook(default_url(folder)) as gradebook:
        gradebook.register(RELEASE)
    return (folder / "gradebook.db").read_bytes()


@pytest.fixture
def url(tmp_path: Path, empty_gradebook: bytes) -> str:
    (tmp_path / "gradebook.db").write_bytes(empty_gradebook)
    return default_url(tmp_path)


@pytest.fixture
def nbgrader(url: str) -> Iterator[Callable[[], Nbgrader]]:
    """Opens nbgrader's own view of the gradebook, as often as asked."""
    opened: list[Nbgrader] = []

    def look() -> Nbgrader:
        opened.append(Nbgrader(url))
        return opened[-1]

    yield look
    for gradebook in opened:
        gradebook.close()


Look = Callable[[], Nbgrader]


def save(url: str, *results: sample.Result, release: Release = RELEASE) -> None:
    with Gradebook(url) as gradebook:
        gradebook.register(release)
        gradebook.save(results)


def scores(url: str) -> dict[str, float]:
    with Gradebook(url) as gradebook:
        return {score.student: score.final for score in gradebook.scores()}


def test_a_new_gradebook_says_that_it_has_nbgraders_newest_schema(url: str, monkeypatch: pytest.MonkeyPatch):
    # nbgrader looks for alembic's command on the path, where an activated environment has it.
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [(get_alembic_version(),)]


def test_nbgrader_sees_the_assignment_its_points_and_every_score(url: str, nbgrader: Look):
    save(url, sample.result("ada"), sample.result("ben", causal_mask=1))
    submission = nbgrader().find_submission(UNIT, "ben")
    assert (submission.score, submission.max_score) == (sample.MAX_SCORE - 2, sample.MAX_SCORE)
    assert nbgrader().find_grade("check-causal_mask", UNIT, UNIT, "ben").auto_score == 1.0
    assert not submission.needs_manual_grade
    assert len(nbgrader().submission_dicts(UNIT)) == 2


def test_a_rejected_submission_has_zero_of_the_full_points(url: str, nbgrader: Look):
    save(url, sample.rejected("eve"))
    submission = nbgrader().find_submission(UNIT, "eve")
    assert (submission.score, submission.max_score) == (0.0, sample.MAX_SCORE)


def test_a_missing_answer_is_marked_as_no_response(url: str, nbgrader: Look):
    graded = sample.result("ada")
    missing = replace(sample.component("causal_mask", lost=2), status="missing")
    verdict = replace(graded.verdict, components=(missing, *graded.verdict.components[1:]))
    save(url, replace(graded, verdict=verdict))
    assert nbgrader().find_comment("causal_mask", UNIT, UNIT, "ada").comment == "No response."
    assert nbgrader().find_comment("padding_mask", UNIT, UNIT, "ada").comment is None


def test_a_check_at_fault_asks_for_a_human(url: str, nbgrader: Look):
    graded = sample.result("ada")
    fault = replace(sample.component("causal_mask", lost=2), status="error")
    verdict = replace(graded.verdict, components=(fault, *graded.verdict.components[1:]))
    save(url, replace(graded, verdict=verdict))
    assert nbgrader().find_grade("check-causal_mask", UNIT, UNIT, "ada").needs_manual_grade


def test_grading_again_keeps_manual_scores_and_comments_and_asks_for_a_second_look(url: str, nbgrader: Look):
    save(url, sample.result("ada", causal_mask=1))
    human = nbgrader()
    human.find_grade("check-causal_mask", UNIT, UNIT, "ada").manual_score = 2.5
    human.find_grade("check-causal_mask", UNIT, UNIT, "ada").extra_credit = 0.5
    human.find_comment("causal_mask", UNIT, UNIT, "ada").manual_comment = "Nearly."
    human.db.commit()
    save(url, sample.result("ada", causal_mask=2))
    grade = nbgrader().find_grade("check-causal_mask", UNIT, UNIT, "ada")
    assert (grade.auto_score, grade.manual_score, grade.score, grade.needs_manual_grade) == (0.0, 2.5, 3.0, True)
    assert nbgrader().find_comment("causal_mask", UNIT, UNIT, "ada").comment == "Nearly."


def test_saving_the_same_results_again_does_not_disturb_what_a_human_has_settled(url: str, nbgrader: Look):
    save(url, sample.result("ada", causal_mask=1))
    human = nbgrader()
    grade = human.find_grade("check-causal_mask", UNIT, UNIT, "ada")
    grade.manual_score, grade.needs_manual_grade = 2.0, False
    human.db.commit()
    save(url, sample.result("ada", causal_mask=1))
    assert not nbgrader().find_grade("check-causal_mask", UNIT, UNIT, "ada").needs_manual_grade


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["ada", "ben", "eve"]), st.integers(0, 2), st.booleans()), max_size=8))
def test_whatever_was_saved_before_the_last_result_of_each_student_is_what_counts(
    tmp_path_factory: pytest.TempPathFactory, empty_gradebook: bytes, saved: list[tuple[str, int, bool]]
):
    folder = tmp_path_factory.mktemp("book")
    (folder / "gradebook.db").write_bytes(empty_gradebook)
    results = [sample.rejected(s) if bad else sample.result(s, causal_mask=lost) for s, lost, bad in saved]
    with Gradebook(default_url(folder)) as gradebook:
        gradebook.register(RELEASE)
        for result in results:
            gradebook.save([result])
        gradebook.save({result.student: result for result in results}.values())
        found = {score.student: score.points for score in gradebook.scores()}
    assert found == {result.student: float(result.score) for result in results}


def test_a_new_release_adds_its_exercise_and_drops_the_one_that_is_gone(url: str):
    save(url, sample.result("ada"))
    cells = [cell for cell in release_cells() if "causal_mask" not in cell["source"]]
    newer = parse_release(notebook([*cells, solution("local_mask", "raise"), check("local_mask", 5)], release="1.1"))
    save(url, sample.result("ada"), release=newer)
    with Gradebook(url) as gradebook:
        (score,) = gradebook.scores()
    assert score.max_points == sum(sample.POINTS["padding_mask"]) + sum(sample.POINTS["MultiHeadAttention"]) + 5


LATE = {"zero": 0.0, "none": float(sample.MAX_SCORE)}


@pytest.mark.parametrize("method", LATE)
def test_nbgraders_late_plugin_changes_the_gradebook_only_for_who_is_late(
    url: str, nbgrader: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
):
    monkeypatch.chdir(tmp_path)
    Path("nbgrader_config.py").write_text(f"c = get_config()\nc.LateSubmissionPlugin.penalty_method = {method!r}\n")
    due = nbgrader()
    due.update_or_create_assignment(UNIT, duedate="2026-03-01 12:00:00 UTC")
    save(
        url,
        sample.result("early", submitted="2026-03-01 11:59:59 UTC"),
        sample.result("late", submitted="2026-03-01 14:00:01 +0100"),
        sample.result("untimed"),
        sample.result("unreadable", submitted="yesterday-ish"),
    )
    full = float(sample.MAX_SCORE)
    assert scores(url) == {"early": full, "late": LATE[method], "untimed": full, "unreadable": full}


def test_a_later_due_date_takes_the_penalty_back(
    url: str, nbgrader: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    Path("nbgrader_config.py").write_text("c = get_config()\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    late = sample.result("late", submitted="2026-03-01 13:00:00 UTC")
    nbgrader().update_or_create_assignment(UNIT, duedate="2026-03-01 12:00:00 UTC")
    save(url, late)
    nbgrader().update_or_create_assignment(UNIT, duedate="2026-03-02 12:00:00 UTC")
    save(url, late)
    assert scores(url) == {"late": float(sample.MAX_SCORE)}


def test_a_forgotten_student_leaves_nothing_behind_not_even_in_unused_pages(url: str, nbgrader: Look, tmp_path: Path):
    save(url, sample.result("mallory-the-unforgettable"), sample.result("ada"))
    with Gradebook(url) as gradebook:
        assert gradebook.forget("mallory-the-unforgettable")
        assert not gradebook.forget("mallory-the-unforgettable")
    with pytest.raises(MissingEntry):
        nbgrader().find_student("mallory-the-unforgettable")
    assert b"mallory-the-unforgettable" not in (tmp_path / "gradebook.db").read_bytes()
    assert scores(url) == {"ada": float(sample.MAX_SCORE)}


def test_a_late_penalty_never_makes_a_score_negative():
    assert Score("ada", UNIT, points=3.0, max_points=10.0, penalty=5.0).final == 0.0


@pytest.mark.parametrize("url", ["not a url", "sqlite:////proc/nowhere/gradebook.db", "nosuchdb://host/db"])
def test_a_gradebook_that_cannot_be_opened_is_named_in_one_sentence(url: str):
    with pytest.raises(GradebookError) as caught:
        Gradebook(url)
    assert url in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_named_in_one_sentence(tmp_path: Path):
    (tmp_path / "gradebook.db").write_text("hello, I am not a database, and long enough to be looked at by SQLite")
    with pytest.raises(GradebookError, match="not a database"):
        Gradebook(default_url(tmp_path))


def test_opening_a_gradebook_leaves_the_environment_as_it_was(url: str):
    before = dict(os.environ)
    Gradebook(url).__exit__()
    assert dict(os.environ) == before


def test_a_password_in_the_url_is_never_shown():
    assert "secret" not in shown_url("postgresql://teacher:secret@host/grades")


def test_a_locked_gradebook_is_waited_for(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("autograder.grading.gradebook.LOCK_TIMEOUT", 0)
    holder = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(GradebookError, match="locked"):
        save(url, sample.result("ada"))
    holder.execute("COMMIT")
    holder.close()
    save(url, sample.result("ada"))
    assert scores(url) == {"ada": float(sample.MAX_SCORE)}
