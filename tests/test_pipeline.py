"""The pipeline: every submission is graded exactly once, whatever happens to workers, disk, database and machine."""

import contextlib
import errno
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sample_results
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_grading import InlineCrew, calls, fake_grade, submit
from sample_notebooks import UNIT, small_release

from autograder.grading import commands, files, inbox, pipeline
from autograder.grading.crew import LOST, Crew, CrewError, DaskCrew, LocalCrew
from autograder.grading.gradebook import Gradebook, default_url
from autograder.grading.inbox import NoSubmissions
from autograder.grading.journal import NAME, Journal
from autograder.grading.pipeline import GraderError, Plan, Progress, run
from autograder.grading.result import Result
from autograder.grading.task import Assignment, Task
from autograder.kernel.cells import References
from autograder.kernel.sandbox import NoSandbox


@pytest.fixture(autouse=True)
def small_assignment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "load_assignment", lambda unit: Assignment(small_release(), References()))


@pytest.fixture
def submitted(tmp_path: Path) -> Path:
    return tmp_path / "submitted"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "graded"


def graded(
    submitted: Path,
    out: Path,
    make_crew: Callable[[int], Crew] = InlineCrew,
    *,
    force: bool = False,
    log: Path | None = None,
) -> Progress:
    def start(assignment: Assignment, task: Task) -> tuple[Any, ...]:
        return fake_grade, assignment, task, str(log or "")

    plan = Plan(submitted, out, (UNIT,), default_url(out), force=force)
    return run(plan, make_crew, lambda progress: None, start)


def lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / NAME).read_text().splitlines()]


def scores(out: Path) -> dict[str, float]:
    with Gradebook(default_url(out)) as gradebook:
        return {score.student: score.final for score in gradebook.scores()}


def journal_scores(out: Path) -> dict[str, float]:
    return {result.student: float(result.score) for result in Journal(out).results()}


def test_each_submission_gets_a_line_a_grade_a_notebook_and_a_page(submitted: Path, out: Path):
    submit(submitted, "ada", "0")
    submit(submitted, "ben", "1", at="2026-03-01 10:00:00 UTC")
    progress = graded(submitted, out)
    assert (progress.graded, progress.rejected, progress.skipped) == (2, 0, 0)
    assert scores(out) == journal_scores(out) == {"ada": 13.0, "ben": 11.0}
    assert (out / "feedback" / "ben" / f"{UNIT}.html").read_text() == "page of ben"
    assert (out / "autograded" / "ben" / UNIT / f"{UNIT}.ipynb").read_text() == "notebook of ben"
    assert (out / "autograded" / "ben" / UNIT / "timestamp.txt").read_text() == "2026-03-01 10:00:00 UTC"


def test_a_line_has_the_fields_that_scripts_rely_on(submitted: Path, out: Path):
    submit(submitted, "ada")
    graded(submitted, out)
    (line,) = lines(out)
    expected = {"student", "status", "notes", "cpu_seconds", "file", "unit", "release", "seed", "score", "max_score"}
    assert expected | {"components"} <= set(line)
    assert line["status"] == "graded"


def test_grading_again_grades_only_what_is_new_or_changed(submitted: Path, out: Path, tmp_path: Path):
    for student in ("ada", "ben", "eve"):
        submit(submitted, student)
    graded(submitted, out)
    submit(submitted, "ben", "2")
    submit(submitted, "eve", "0", at="2026-03-01 10:00:00 UTC")
    submit(submitted, "zoe", "1")
    log = tmp_path / "calls.log"
    progress = graded(submitted, out, log=log)
    assert list(calls(log)) == ["ben", "eve", "zoe"]
    assert progress.skipped == 1
    assert sorted(line["student"] for line in lines(out)) == ["ada", "ben", "eve", "zoe"]
    assert scores(out) == {"ada": 13.0, "ben": 10.0, "eve": 13.0, "zoe": 11.0}


def test_force_grades_everything_again(submitted: Path, out: Path):
    submit(submitted, "ada")
    graded(submitted, out)
    assert graded(submitted, out, force=True).graded == 1
    assert len(lines(out)) == 1


def test_a_page_that_was_deleted_is_made_again(submitted: Path, out: Path):
    submit(submitted, "ada")
    graded(submitted, out)
    (out / "feedback" / "ada" / f"{UNIT}.html").unlink()
    assert graded(submitted, out).graded == 1
    assert (out / "feedback" / "ada" / f"{UNIT}.html").exists()


def test_a_fault_of_ours_spoils_one_submission_and_is_tried_again_next_time(submitted: Path, out: Path):
    submit(submitted, "ada")
    submit(submitted, "ben", "raise")
    progress = graded(submitted, out)
    assert progress.graded == 1
    assert len(progress.faults) == 1
    assert "RuntimeError: a fault of ours" in progress.faults[0]
    (line,) = [line for line in lines(out) if line["student"] == "ben"]
    assert (line["status"], line["components"], line["score"]) == ("rejected", [], 0)
    progress = graded(submitted, out)
    assert (progress.skipped, len(progress.faults)) == (1, 1)


def test_without_a_sandbox_nothing_is_graded(submitted: Path, out: Path):
    submit(submitted, "ada", "no-sandbox")
    with pytest.raises(NoSandbox):
        graded(submitted, out)
    assert lines(out) == []


TORN = [b'{"student": "ben", "uni', b'{"student": "ben"}\n', b"\x00" * 4096, b"\x00" * 100 + b"\n", b"null\n", b"[]\n"]


@pytest.mark.parametrize("tail", TORN)
def test_what_a_crash_left_at_the_end_of_the_journal_is_dropped(submitted: Path, out: Path, tail: bytes):
    submit(submitted, "ada")
    submit(submitted, "ben", "1")
    graded(submitted, out)
    path = out / NAME
    path.write_bytes(path.read_bytes().splitlines(True)[0] + tail)
    first = journal_scores(out)
    assert len(first) == 1
    assert graded(submitted, out).graded == 1
    assert [len(lines(out)), journal_scores(out)] == [2, {"ada": 13.0, "ben": 11.0}]


class Killed(BaseException):
    """What a kill -9 is to the code that it hits: nothing after it happens."""


STEPS = ["write_atomically", "append", "save", "compact", "settle"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kills=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 4), st.booleans()), max_size=4))
def test_killed_at_any_step_and_run_again_every_submission_is_graded_exactly_once(
    tmp_path_factory: pytest.TempPathFactory, empty_gradebook: bytes, kills: list[tuple[str, int, bool]]
):
    folder = tmp_path_factory.mktemp("killed")
    submitted, out = folder / "submitted", folder / "graded"
    out.mkdir()
    (out / "gradebook.db").write_bytes(empty_gradebook)
    students = {f"s{place}": place % 3 for place in range(5)}
    for student, lost in students.items():
        submit(submitted, student, str(lost))
    for step, after, before in kills:
        with pytest.MonkeyPatch.context() as patch:
            _kill_at(patch, step, after, before)
            with contextlib.suppress(Killed):
                graded(submitted, out)
    graded(submitted, out)
    expected = {
        student: float(sample_results.result(student, causal_mask=lost).score) for student, lost in students.items()
    }
    assert Counter(line["student"] for line in lines(out)) == Counter(dict.fromkeys(students, 1))
    assert journal_scores(out) == expected
    assert scores(out) == expected
    assert not list(out.rglob("*.part"))


@pytest.fixture(scope="module")
def empty_gradebook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("empty")
    with Gradebook(default_url(folder)) as gradebook:
        gradebook.register(small_release())
    return (folder / "gradebook.db").read_bytes()


def _kill_at(patch: pytest.MonkeyPatch, step: str, after: int, before: bool) -> None:
    """Let a step of the pipeline be the last one: before or after it does what it does, the ``after``-th time."""
    owner: Any = {"append": Journal, "compact": Journal, "write_atomically": pipeline}.get(step, pipeline.Ledger)
    original = getattr(owner, step)
    left = iter([False] * after + [True] * 1000)

    def dying(*args: Any, **kwargs: Any) -> Any:
        dead = next(left)
        if dead and before:
            raise Killed
        value = original(*args, **kwargs)
        if dead:
            raise Killed
        return value

    patch.setattr(owner, step, dying)
    patch.setattr(pipeline, "BATCH", 2)


def test_a_full_disk_is_told_in_a_sentence_and_costs_nothing(
    submitted: Path, out: Path, monkeypatch: pytest.MonkeyPatch
):
    submit(submitted, "ada")

    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patch, pytest.raises(GraderError, match=r"disk is full .*Nothing is lost"):
        patch.setattr(pipeline, "write_atomically", full)
        graded(submitted, out)
    graded(submitted, out)
    assert scores(out) == {"ada": 13.0}


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    files.write_atomically(tmp_path / "page", b"old")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(OSError, match="full"):
        files.write_atomically(tmp_path / "page", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["page"]
    assert (tmp_path / "page").read_bytes() == b"old"


def test_a_database_that_is_gone_for_a_while_costs_no_grade(
    submitted: Path, out: Path, monkeypatch: pytest.MonkeyPatch
):
    for student in ("ada", "ben"):
        submit(submitted, student)
    with monkeypatch.context() as patch, pytest.raises(GraderError, match="gradebook .* can't be used"):
        patch.setattr(Gradebook, "save", _unreachable)
        graded(submitted, out)
    assert len(lines(out)) == 2
    progress = graded(submitted, out)
    assert progress.skipped == 2
    assert scores(out) == {"ada": 13.0, "ben": 13.0}


def _unreachable(gradebook: Gradebook, results: Any) -> None:
    raise pipeline.GradebookError("The gradebook x can't be used: connection refused.")


def test_a_gradebook_that_a_submission_deleted_is_whole_again_at_the_end(
    submitted: Path, out: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pipeline, "BATCH", 1)
    for student in ("ada", "ben", "eve"):
        submit(submitted, student)
    told: list[int] = []

    def delete_once(progress: Progress) -> None:
        if progress.done == 1 and not told:
            told.append(1)
            (out / "gradebook.db").unlink()

    plan = Plan(submitted, out, (UNIT,), default_url(out))
    run(plan, InlineCrew, delete_once, lambda assignment, task: (fake_grade, assignment, task))
    assert scores(out) == {"ada": 13.0, "ben": 13.0, "eve": 13.0}


def test_a_gradebook_that_was_lost_between_runs_is_made_again_from_the_journal(submitted: Path, out: Path):
    submit(submitted, "ada")
    graded(submitted, out)
    (out / "gradebook.db").unlink()
    assert graded(submitted, out).skipped == 1
    assert scores(out) == {"ada": 13.0}


def test_two_graders_on_one_folder_do_not_meet(submitted: Path, out: Path):
    submit(submitted, "ada")
    out.mkdir()
    with FileLock(out / pipeline.LOCK_NAME), pytest.raises(GraderError, match="Another `course grade`"):
        graded(submitted, out)


def test_the_crew_is_made_for_the_submissions_that_are_left(submitted: Path, out: Path):
    asked: list[int] = []

    def make_crew(submissions: int) -> InlineCrew:
        asked.append(submissions)
        return InlineCrew()

    for students in (("ada", "ben"), ("ada", "ben", "cleo")):
        for student in students:
            submit(submitted, student)
        graded(submitted, out, make_crew)
    assert asked == [2, 1]


def test_a_small_class_gets_one_worker_and_a_large_one_as_many_as_there_are_cores(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(commands, "_cores", lambda: 4)
    assert [commands._workers(count) for count in (1, 30, 100, 10_000)] == [1, 1, 2, 4]


@pytest.mark.parametrize("hostile", ["die", "die-once"])
def test_a_submission_that_kills_its_worker_costs_no_other_its_grade(
    submitted: Path, out: Path, hostile: str, tmp_path: Path
):
    for place in range(5):
        submit(submitted, f"s{place}", "0")
    submit(submitted, "s2", f"{hostile} {tmp_path / 'mark'}")
    progress = graded(submitted, out, lambda _: LocalCrew(2))
    others = {student: score for student, score in scores(out).items() if student != "s2"}
    assert others == {"s0": 13.0, "s1": 13.0, "s3": 13.0, "s4": 13.0}
    assert scores(out)["s2"] == (0.0 if hostile == "die" else 13.0)
    assert [LOST in fault for fault in progress.faults] == ([True] if hostile == "die" else [])
    assert len(lines(out)) == 5


def test_an_interrupted_run_keeps_what_is_finished_and_does_not_wait_for_what_is_not(submitted: Path, out: Path):
    submit(submitted, "a")
    submit(submitted, "b", "sleep 300")

    def interrupt(progress: Progress) -> None:
        if progress.done:
            raise KeyboardInterrupt

    plan = Plan(submitted, out, (UNIT,), default_url(out))
    with pytest.raises(KeyboardInterrupt):
        run(plan, lambda _: LocalCrew(2), interrupt, lambda assignment, task: (fake_grade, assignment, task))
    assert [line["student"] for line in lines(out)] == ["a"]


def test_workers_end_when_the_client_is_killed():
    script = (
        "import os, time\nfrom autograder.grading.crew import LocalCrew\n"
        "with LocalCrew(1) as crew:\n    print(crew.submit(os.getpid).result(), flush=True)\n    time.sleep(300)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        worker = int(client.stdout.readline())
        client.kill()
    assert ended(worker)


def ended(process: int, patience: float = 30.0) -> bool:
    """Wait for another's process; in a container nobody may bury it."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


def test_tasks_under_way_are_bounded_whatever_the_size_of_the_class(submitted: Path, out: Path):
    under_way: list[int] = []

    class Watched(LocalCrew):
        def submit(self, function: Callable[..., Any], *args: Any) -> Any:
            pending.append(super().submit(function, *args))
            under_way.append(sum(not future.done() for future in pending))
            return pending[-1]

    pending: list[Any] = []
    for place in range(20):
        submit(submitted, f"s{place}")
    graded(submitted, out, lambda: Watched(1))
    assert len(under_way) == 20
    assert max(under_way) <= 2


def test_a_grader_that_is_killed_with_all_its_workers_goes_on_where_it_was(submitted: Path, out: Path, tmp_path: Path):
    for place in range(200):
        submit(submitted, f"s{place:03}")
    log = tmp_path / "calls.log"
    script = (
        "import sys; from pathlib import Path; import test_pipeline as t\n"
        "from autograder.grading import pipeline\n"
        "from autograder.kernel.cells import References\n"
        "pipeline.load_assignment = lambda unit: t.Assignment(t.small_release(), References())\n"
        "pipeline.BATCH = 4\n"
        "if __name__ == '__main__':\n"
        "    t.graded(*map(Path, sys.argv[1:3]), lambda _: t.LocalCrew(1), log=Path(sys.argv[3]))\n"
    )
    program = tmp_path / "program.py"
    program.write_text(script)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, str(program), str(submitted), str(out), str(log)]
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    while len(list(calls(log))) < 20 and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = Counter(calls(log))
    graded(submitted, out, log=log)
    assert len(before) < 200
    assert len(lines(out)) == len(scores(out)) == 200
    again = Counter(calls(log)) - Counter(dict.fromkeys(before, 1))
    assert len(again) < 200


def test_a_scheduler_that_is_not_there_is_named(submitted: Path, out: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("autograder.grading.crew.CONNECT_SECONDS", 1)
    submit(submitted, "ada")
    with pytest.raises(GraderError, match="no Dask scheduler at tcp://127.0.0.1:1"):
        graded(submitted, out, lambda _: DaskCrew("tcp://127.0.0.1:1"))


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", processes=True, silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


def test_a_dask_cluster_grades_and_survives_a_submission_that_kills_its_workers(
    submitted: Path, out: Path, scheduler: str
):
    for place in range(6):
        submit(submitted, f"s{place}", str(place % 2))
    submit(submitted, "s3", "die")
    progress = graded(submitted, out, lambda _: DaskCrew(scheduler))
    assert scores(out) == {"s0": 13.0, "s1": 11.0, "s2": 13.0, "s3": 0.0, "s4": 13.0, "s5": 11.0}
    assert len(progress.faults) == 1


def test_a_cluster_without_workers_is_told(submitted: Path, out: Path):
    from distributed import LocalCluster

    submit(submitted, "ada")
    with LocalCluster(n_workers=0, dashboard_address=":0", silence_logs=50) as cluster:
        address = cluster.scheduler_address
        with pytest.raises(GraderError, match="has no workers"):
            graded(submitted, out, lambda _: DaskCrew(address))


def delivered(submitted: Path) -> inbox.Delivery:
    (found,) = inbox.find(submitted, (UNIT,))
    return inbox.open_delivery(found)


def test_a_notebook_under_another_name_is_taken_if_it_is_the_only_one(submitted: Path):
    submit(submitted, "ada")
    (submitted / "ada" / UNIT / f"{UNIT}.ipynb").rename(submitted / "ada" / UNIT / "Untitled.ipynb")
    delivery = delivered(submitted)
    assert (delivery.file, delivery.raw) == ("Untitled.ipynb", b"0")
    assert "named Untitled.ipynb instead of" in delivery.note
    (submitted / "ada" / UNIT / "Untitled-Copy1.ipynb").write_text("1")
    assert "not clear" in delivered(submitted).refused


@pytest.mark.parametrize(("present", "reason"), [([], "the folder is empty"), (["answers.docx"], "only answers.docx")])
def test_a_missing_notebook_is_told_with_what_is_there_instead(submitted: Path, present: list[str], reason: str):
    folder = submitted / "ada" / UNIT
    folder.mkdir(parents=True)
    for name in [*present, "timestamp.txt", ".DS_Store"]:
        (folder / name).write_text("")
    assert reason in delivered(submitted).refused


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "folder that is a link"])
def test_what_is_no_plain_file_is_neither_followed_nor_waited_for(submitted: Path, tmp_path: Path, kind: str):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / f"{UNIT}.ipynb").write_text("secret")
    folder = submitted / "eve" / UNIT
    if kind == "folder that is a link":
        folder.parent.mkdir(parents=True)
        folder.symlink_to(secret)
    else:
        folder.mkdir(parents=True)
        path = folder / f"{UNIT}.ipynb"
        {"link": lambda: path.symlink_to(secret / path.name), "pipe": lambda: os.mkfifo(path), "folder": path.mkdir}[
            kind
        ]()
    delivery = delivered(submitted)
    assert delivery.refused
    assert not delivery.raw


def test_a_students_folder_with_an_odd_name_is_graded_under_a_name_that_can_be_written(submitted: Path, out: Path):
    names = ["Grüße 学生", "<script>alert(1)", 'o\'brien "x"', "-rf"]
    for name in names:
        submit(submitted, name)
    os.makedirs(os.path.join(os.fsencode(submitted), b"caf\xe9", UNIT.encode()))
    graded(submitted, out)
    assert set(scores(out)) == {*names, "caf\ufffd"}


def test_an_id_that_is_too_long_for_the_gradebook_is_shortened_and_stays_unlike_others(submitted: Path, out: Path):
    for last in "xy":
        submit(submitted, "a" * 200 + last)
    graded(submitted, out)
    names = list(scores(out))
    assert len(names) == 2
    assert all(len(name) == 128 and name.startswith("aaa") for name in names)


def test_a_folder_without_submissions_is_told_with_what_was_expected(submitted: Path):
    submitted.mkdir()
    with pytest.raises(NoSubmissions, match=f"<student>/{UNIT}/{UNIT}.ipynb"):
        inbox.find(submitted, (UNIT,))
    submit(submitted / "submitted", "ada")
    with pytest.raises(NoSubmissions, match="Did you mean"):
        inbox.find(submitted, (UNIT,))


def test_folders_that_are_no_units_are_listed(submitted: Path):
    submit(submitted, "ada")
    submit(submitted, "ben", unit="04_attention")
    assert inbox.strangers(submitted, (UNIT,)) == ["ben/04_attention"]


def test_a_result_survives_its_line(out: Path):
    results = [sample_results.result("ada", causal_mask=1), sample_results.rejected("eve")]
    with Journal(out) as journal:
        journal.append(results)
    assert list(Journal(out).results()) == results


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), max_size=10))
def test_the_journal_keeps_the_last_result_of_each_student_compacted_or_not(
    tmp_path_factory: pytest.TempPathFactory, saved: list[tuple[str, int]]
):
    out = tmp_path_factory.mktemp("journal")
    results = [sample_results.result(student, causal_mask=lost) for student, lost in saved]
    with Journal(out) as journal:
        for result in results:
            journal.append([result])
        expected: dict[str, Result] = {result.student: result for result in results}
        assert {result.student: result for result in journal.results()} == expected
        journal.compact()
        assert {result.student: result for result in journal.results()} == expected
        assert len(lines(out)) == len(expected)
        journal.append([sample_results.result("z")])
    assert len(lines(out)) == len(expected) + 1


def test_sqlite_gradebooks_are_whole_after_all_this(submitted: Path, out: Path):
    submit(submitted, "ada")
    graded(submitted, out)
    with sqlite3.connect(out / "gradebook.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_crew_errors_are_the_graders(submitted: Path, out: Path):
    def broken() -> Crew:
        raise CrewError("No workers today.")

    submit(submitted, "ada")
    with pytest.raises(GraderError, match="No workers today"):
        graded(submitted, out, broken)
