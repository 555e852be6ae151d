"""A student's working copy: made once, updated, reset and submitted, and never lost."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sample_notebooks import UNIT, answered_cells, demo, notebook, release_cells, text

from autograder.student import workspace
from autograder.student.workspace import WorkspaceError, outdated, prepare, reset, submit, update

CAUSAL = "def causal_mask(length):\n    return torch.ones(length, length, dtype=torch.bool).tril()"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the course with one unit's release."""
    publish(tmp_path, release_cells())
    (tmp_path / "course" / UNIT / "questions.yaml").write_text("- id: one")
    return tmp_path


def publish(root: Path, cells: list[dict[str, Any]], release: str = "1.0") -> None:
    path = root / "course" / UNIT / f"{UNIT}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    numbered = [{**cell, "id": _label(cell) or f"cell-{number}"} for number, cell in enumerate(cells)]
    path.write_bytes(notebook(numbered, release=release))


def own_path(root: Path) -> Path:
    return root / "work" / UNIT / f"{UNIT}.ipynb"


def write_answer(root: Path, component: str, source: str) -> None:
    book = json.loads(own_path(root).read_bytes())
    next(cell for cell in book["cells"] if _label(cell) == component)["source"] = source
    own_path(root).write_text(json.dumps(book))


def answer(root: Path, component: str) -> str:
    book = json.loads(own_path(root).read_bytes())
    return next(str(cell["source"]) for cell in book["cells"] if _label(cell) == component)


def backups(root: Path) -> list[Path]:
    return sorted((root / "work" / "backups").glob("*.ipynb"))


def _label(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def test_the_release_is_copied_once_with_what_lies_beside_it(root: Path) -> None:
    assert prepare(root) == [UNIT]
    assert own_path(root).read_bytes() == (root / "course" / UNIT / f"{UNIT}.ipynb").read_bytes()
    assert (root / "work" / UNIT / "questions.yaml").exists()
    own_path(root).write_text("what the student wrote")
    assert prepare(root) == [] and own_path(root).read_text() == "what the student wrote"


def test_a_course_without_a_release_is_called_incomplete(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="incomplete"):
        prepare(tmp_path)


def test_an_update_carries_the_solution_over_and_names_the_backup(root: Path) -> None:
    prepare(root)
    write_answer(root, "causal_mask", CAUSAL)
    before = own_path(root).read_bytes()
    publish(root, [text("# New"), *release_cells(), demo("more()")], release="1.1")
    assert outdated(root) == [UNIT]
    (said,) = update(root)
    (backup,) = backups(root)
    assert str(backup) in said and backup.read_bytes() == before
    assert answer(root, "causal_mask") == CAUSAL
    assert json.loads(own_path(root).read_bytes())["metadata"]["course"]["release"] == "1.1"
    assert outdated(root) == [] == update(root)


def test_an_update_that_was_cut_short_is_made_whole_by_the_next(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(root)
    write_answer(root, "causal_mask", CAUSAL)
    publish(root, [text("# New"), *release_cells()], release="1.1")

    def cut_short(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(workspace, "_write", cut_short)
        with pytest.raises(KeyboardInterrupt):
            update(root)
    assert answer(root, "causal_mask") == CAUSAL
    assert len(update(root)) == 1 and outdated(root) == []
    assert answer(root, "causal_mask") == CAUSAL


def test_two_updates_in_a_row_keep_what_was_added_in_between(root: Path) -> None:
    prepare(root)
    publish(root, [text("# New"), *release_cells()], release="1.1")
    update(root)
    write_answer(root, "padding_mask", "def padding_mask(ids, pad_id):\n    return 1")
    publish(root, [text("# Newer"), text("# New"), *release_cells()], release="1.2")
    update(root)
    assert "return 1" in answer(root, "padding_mask")
    sources = [cell["source"] for cell in json.loads(own_path(root).read_bytes())["cells"]]
    assert sources[:2] == ["# Newer", "# New"] and len(sources) == len(release_cells()) + 2


def test_a_notebook_that_cannot_be_read_is_left_alone_by_an_update(root: Path) -> None:
    prepare(root)
    own_path(root).write_text("{broken")
    publish(root, [text("# New"), *release_cells()])
    assert "left as it is" in update(root)[0] and "course reset" in update(root)[0]
    assert own_path(root).read_text() == "{broken"
    assert outdated(root) == []


def test_a_unit_that_is_new_in_the_release_is_copied_by_an_update(root: Path) -> None:
    prepare(root)
    other = root / "course" / "05-transformer" / "05-transformer.ipynb"
    other.parent.mkdir()
    other.write_bytes(notebook(release_cells(), unit="05-transformer"))
    assert update(root) == ["05-transformer: new, copied"]


def test_resetting_an_exercise_changes_no_other_cell_and_names_the_backup(root: Path) -> None:
    prepare(root)
    write_answer(root, "causal_mask", CAUSAL)
    write_answer(root, "padding_mask", "pass")
    before = own_path(root).read_bytes()
    said = reset(UNIT, "causal_mask", root)
    assert "NotImplementedError" in answer(root, "causal_mask") and answer(root, "padding_mask") == "pass"
    (backup,) = backups(root)
    assert str(backup) in said and backup.read_bytes() == before


def test_a_deleted_exercise_comes_back_before_its_check(root: Path) -> None:
    prepare(root)
    book = json.loads(own_path(root).read_bytes())
    book["cells"] = [cell for cell in book["cells"] if _label(cell) != "causal_mask"]
    own_path(root).write_text(json.dumps(book))
    reset("04", "causal_mask", root)
    labels = [_label(cell) for cell in json.loads(own_path(root).read_bytes())["cells"]]
    assert labels.index("causal_mask") + 1 == labels.index("check-causal_mask")


def test_resetting_a_unit_whose_notebook_is_broken_puts_it_back(root: Path) -> None:
    prepare(root)
    own_path(root).write_text("{broken")
    reset(UNIT, None, root)
    assert own_path(root).read_bytes() == (root / "course" / UNIT / f"{UNIT}.ipynb").read_bytes()
    assert backups(root)[0].read_text() == "{broken"


def test_backups_made_within_a_second_do_not_replace_each_other(root: Path) -> None:
    prepare(root)
    for number in range(3):
        own_path(root).write_text(str(number))
        reset(UNIT, None, root)
    assert sorted(path.read_text() for path in backups(root)) == ["0", "1", "2"]


def test_an_unknown_exercise_or_unit_is_answered_with_those_that_exist(root: Path) -> None:
    prepare(root)
    with pytest.raises(WorkspaceError, match="no exercise 'nothing'.*causal_mask, padding_mask"):
        reset(UNIT, "nothing", root)
    with pytest.raises(WorkspaceError, match=f"no unit '12'.*{UNIT}"):
        reset("12", None, root)
    assert backups(root) == []


def test_a_submission_lies_where_the_grader_looks_with_its_time(root: Path, tmp_path: Path) -> None:
    prepare(root)
    write_answer(root, "causal_mask", CAUSAL)
    said = submit("04", "ada.l@example.org", tmp_path / "exchange", root)
    folder = tmp_path / "exchange" / "ada.l@example.org" / UNIT
    assert (folder / f"{UNIT}.ipynb").read_bytes() == own_path(root).read_bytes()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} UTC\n", (folder / "timestamp.txt").read_text())
    assert "1 of 3 exercises" in said and "padding_mask" in said


def test_a_later_submission_takes_the_place_of_the_earlier(root: Path, tmp_path: Path) -> None:
    prepare(root)
    submit(UNIT, "ada", tmp_path, root)
    own_path(root).write_bytes(notebook(answered_cells()))
    said = submit(UNIT, "ada", tmp_path, root)
    assert (tmp_path / "ada" / UNIT / f"{UNIT}.ipynb").read_bytes() == notebook(answered_cells())
    assert "3 of 3" in said and "Not written" not in said


@pytest.mark.parametrize("student", ["", "..", ".hidden", "a/b", "a\\b", "a b", "a+b", "-a", "x" * 65, "a\n", "ä"])
def test_an_id_that_could_lead_elsewhere_is_refused(root: Path, tmp_path: Path, student: str) -> None:
    prepare(root)
    with pytest.raises(WorkspaceError, match="can't be a student's id"):
        submit(UNIT, student, tmp_path / "exchange", root)
    assert not (tmp_path / "exchange").exists()


def test_a_folder_that_cannot_be_written_is_named(root: Path, tmp_path: Path) -> None:
    prepare(root)
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="can't be written"):
        submit(UNIT, "ada", tmp_path / "file", root)


def test_submitting_before_starting_says_how_to_start(root: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="course lab"):
        submit(UNIT, "ada", tmp_path / "exchange", root)
