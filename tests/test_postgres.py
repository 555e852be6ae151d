"""The gradebook on PostgreSQL, which is stricter than SQLite; the server is a throw-away one."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sample_results as sample
from nbgrader.api import Gradebook as Nbgrader
from sample_notebooks import UNIT, small_release

from autograder.grading.gradebook import Gradebook, GradebookError

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
RELEASE = small_release()


def _unavailable(reason: str) -> None:
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _as_postgres(*command: str | Path) -> None:
    """Run a command as the user that PostgreSQL insists on where we are root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *map(str, command)], check=True, capture_output=True, cwd="/")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("psycopg", reason="the extra 'postgres' is not installed")
    if not BINARIES:
        _unavailable("PostgreSQL is not installed")
    folder = Path("/tmp") / f"course-postgres-{os.getpid()}"
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    try:
        _as_postgres(BINARIES[-1] / "initdb", "-D", data, "-U", "teacher", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -k {folder} -c fsync=off -c listen_addresses=127.0.0.1"
        _as_postgres(BINARIES[-1] / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        yield f"postgresql+psycopg://teacher:secret@127.0.0.1:{port}/postgres"
        _as_postgres(BINARIES[-1] / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def save(server: str) -> Callable[..., None]:
    def save(*results: sample.Result) -> None:
        with Gradebook(server) as gradebook:
            gradebook.register(RELEASE)
            gradebook.save(results)

    return save


def test_results_are_saved_changed_shown_and_forgotten(server: str, save: Callable[..., None]):
    save(
        sample.result("ada", causal_mask=1),
        sample.rejected("eve"),
        sample.result("Grüße 学生", submitted="2026-03-01 12:00 UTC"),
    )
    with Nbgrader(server) as human:
        human.find_grade("check-causal_mask", UNIT, UNIT, "ada").manual_score = 2.5
        human.db.commit()
    save(sample.result("ada", causal_mask=2), sample.result("eve"))
    with Gradebook(server) as gradebook:
        found = {score.student: score.final for score in gradebook.scores()}
        assert found == {"ada": 12.5, "eve": 13.0, "Grüße 学生": 13.0}
        assert gradebook.forget("ada")
        assert not gradebook.forget("ada")
        assert {score.student for score in gradebook.scores()} == {"eve", "Grüße 学生"}


def test_a_server_that_is_gone_is_told_without_the_password(server: str):
    gone = server.replace(server.split(":")[-1].split("/")[0], "1")
    with pytest.raises(GradebookError) as caught:
        Gradebook(gone)
    assert "can't be used" in str(caught.value)
    assert "secret" not in str(caught.value)
