"""What a check says about an answer that is nobody's: for showing verdicts without keeping or counting anything."""

from collections.abc import Callable
from typing import Any

from autograder.judging.inprocess import InProcessSubject
from autograder.judging.judge import judge
from autograder.student.check import Shown
from autograder.units import find_component

NOTE = "An example: it is not yours, and doesn't count."


def verdict_on(name: str, answer: Callable[..., Any], *, seed: int = 0) -> Shown:
    """Return the verdict on ``answer`` as an answer to the exercise ``name``, as a notebook shows it."""
    _, component = find_component(name)
    verdict = judge(component, InProcessSubject(answer, component.forbidden), seed)
    return Shown(verdict, seed, printed="", note=NOTE)
