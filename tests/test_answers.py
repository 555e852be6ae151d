"""Right and wrong answers, written without sight of the checks, meet the checks."""

import functools
import os
from pathlib import Path
from typing import Any

import pytest
import torch

from autograder.authoring.source import units_with_source
from autograder.authoring.verify import reference_namespace, verdicts
from autograder.grading.release import load_release
from autograder.judging.inprocess import InProcessSubject
from autograder.judging.judge import judge
from autograder.judging.verdict import ComponentVerdict
from autograder.kernel.judgement import UNWRITTEN
from autograder.units import load_unit

ANSWERS = Path(__file__).parent / "answers"
FULL = bool(os.environ.get("FULL"))
SEEDS = {"right": range(200 if FULL else 2), "wrong": range(20 if FULL else 1)}


def answers(kind: str) -> list[Path]:
    return [path for unit in units_with_source() for path in sorted((ANSWERS / unit).glob(f"*/{kind}--*.py"))]


def label(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@functools.cache
def neighbours(unit: str) -> dict[str, Any]:
    return reference_namespace(unit)


def verdicts_on(path: Path, kind: str) -> list[ComponentVerdict]:
    unit, name = path.parts[-3:-1]
    try:
        return verdicts(path, load_unit(unit).component(name), neighbours(unit), SEEDS[kind])
    except ImportError as error:
        if error.name != "mine":
            raise
        pytest.skip(f"it imports from an earlier unit that isn't written yet: {error.msg}")


@pytest.mark.parametrize("unit", units_with_source())
def test_an_exercise_as_it_was_released_is_missing_and_has_no_points(unit: str) -> None:
    for stub in load_release(unit).with_role("solution"):
        names = dict(neighbours(unit))
        exec(stub.source, names)
        verdict = judge(load_unit(unit).component(stub.name), InProcessSubject(names[stub.name], ()), 0)
        assert (verdict.status, verdict.score, verdict.message) == ("missing", 0, UNWRITTEN)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.mark.parametrize("path", answers("right"), ids=label)
def test_a_right_answer_in_any_style_gets_full_marks(path: Path) -> None:
    for seed, verdict in enumerate(verdicts_on(path, "right")):
        assert verdict.status == "passed", (seed, verdict)


@pytest.mark.parametrize("path", answers("wrong"), ids=label)
def test_a_wrong_answer_loses_marks_and_its_mistake_is_named(path: Path) -> None:
    named = path.stem.split("--")[1]
    for seed, verdict in enumerate(verdicts_on(path, "wrong")):
        assert verdict.status == "failed" and verdict.score < verdict.max_score, (seed, verdict)
        assert verdict.message, (seed, verdict)
        if named != "unnamed":
            assert verdict.misconception == named, (seed, verdict)


@pytest.mark.parametrize("unit", units_with_source())
def test_every_component_has_three_right_styles_and_every_misconception_two_writings(unit: str) -> None:
    for component in load_unit(unit).components:
        stems = [path.stem.split("--") for path in (ANSWERS / unit / component.name).glob("*.py")]
        assert sum(kind == "right" for kind, *_ in stems) >= 3, component.name
        for mistake in component.mistakes:
            writings = [rest for kind, *rest in stems if kind == "wrong" and rest[0] == mistake.id]
            assert len(writings) >= 2, (component.name, mistake.id)
