"""The author's check finds what an author can get wrong."""

from pathlib import Path

import pytest
from sample_course import SOURCE, UNIT, two_components, write_source

from autograder.authoring import release, verify
from autograder.authoring.verify import problems

MASK = "import torch\n\ndef causal_mask(length):\n    return torch.ones(length, length, dtype=torch.bool)"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release, "load_unit", two_components)
        write_source(root)
        release.build(UNIT, root)
    return root


@pytest.fixture
def root(built: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(release, "load_unit", two_components)
    monkeypatch.setattr(verify, "load_unit", two_components)
    monkeypatch.setattr(verify, "results", lambda unit: {"code": {}})
    write_source(built)
    for path in (built / "tests").rglob("*.py"):
        path.unlink()
    return built


def write_answer(root: Path, name: str, text: str, component: str = "causal_mask") -> None:
    path = root / "tests" / "answers" / UNIT / component / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_unit_in_which_all_holds_has_no_problems(root: Path) -> None:
    write_answer(root, "right--plain.py", f"{MASK}.tril()\n")
    write_answer(root, "wrong--upper-triangle--triu.py", f"{MASK}.triu()\n")
    write_answer(root, "wrong--unnamed--all.py", f"{MASK}\n")
    assert problems(UNIT, root) == []


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("right--plain.py", f"{MASK}.triu()", "a right answer is failed"),
        ("wrong--unnamed--plain.py", f"{MASK}.tril()", "a wrong answer is passed with"),
        ("wrong--excludes-diagonal--x.py", f"{MASK}.triu()", "the mistake is taken for upper-triangle"),
        ("right--plain.py", "import nothing_of_this_name", "can't be run: ModuleNotFoundError"),
    ],
)
def test_an_answer_that_is_not_judged_as_its_name_says_is_named(root: Path, name: str, text: str, told: str) -> None:
    write_answer(root, name, text)
    (problem,) = problems(UNIT, root)
    assert problem.startswith(f"causal_mask/{name}") and told in problem


def test_a_reference_that_fails_is_named(root: Path) -> None:
    write_source(root, SOURCE.replace(".tril(LOW)", ".triu(LOW)"))
    assert any("causal_mask: the reference solution is failed" in problem for problem in problems(UNIT, root))


def test_a_stale_release_is_named(root: Path) -> None:
    write_source(root, SOURCE.replace("# # A unit", "# # The unit"))
    assert f"course/{UNIT}/{UNIT}.ipynb differs from its source" in problems(UNIT, root)


def test_a_self_test_that_cannot_be_read_is_named(root: Path) -> None:
    path = root / "solutions" / UNIT / "questions.yaml"
    path.write_text("- id: [unfinished")
    try:
        assert any("questions.yaml" in problem for problem in problems(UNIT, root))
    finally:
        path.unlink()


def test_a_source_that_breaks_rules_is_the_first_thing_told(root: Path) -> None:
    write_source(root, SOURCE.replace('check("local_mask")\n', "0\n"))
    (problem,) = problems(UNIT, root)
    assert "must be check" in problem


def test_tables_measured_with_other_code_are_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "data").mkdir(exist_ok=True)
    (root / "data" / "heads.py").write_text("changed = True")
    monkeypatch.setattr(verify, "results", lambda unit: {"code": {"heads.py": "0" * 64}})
    assert any("was measured with another heads.py; measure again" in problem for problem in problems(UNIT, root))
