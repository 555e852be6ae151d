"""Results of grading a small release, made without running anything."""

from sample_notebooks import UNIT

from autograder.grading.result import Result, rejection
from autograder.judging.verdict import ComponentVerdict, PropertyVerdict, Status, UnitVerdict

POINTS = {"causal_mask": (1, 2), "padding_mask": (2, 2), "MultiHeadAttention": (3, 2, 1)}
MAX_SCORE = sum(sum(points) for points in POINTS.values())


def component(
    name: str, *, lost: int = 0, misconception: str | None = None, status: Status = "failed"
) -> ComponentVerdict:
    """A component's verdict in which the last ``lost`` properties fail."""
    points = POINTS[name]
    kept = len(points) - lost
    message = f"advice on {misconception}" if misconception else "something is wrong" if lost else ""
    properties = tuple(
        PropertyVerdict(
            f"property_{place}_of_{name}", place < kept, "" if place < kept else "expected 1, got 2.", worth
        )
        for place, worth in enumerate(points)
    )
    score = sum(points[:kept])
    return ComponentVerdict(name, status if lost else "passed", score, sum(points), misconception, message, properties)


def result(student: str, *, unit: str = UNIT, submitted: str = "", sha256: str = "0", **lost: int) -> Result:
    """A graded result in which each named component loses so many of its properties."""
    components = tuple(component(name, lost=lost.get(name, 0)) for name in POINTS)
    verdict = UnitVerdict(unit=unit, release="1.0", seed=7, components=components)
    return Result(
        student, f"{unit}.ipynb", "graded", verdict, MAX_SCORE, cpu_seconds=0.1, sha256=sha256, submitted=submitted
    )


def rejected(student: str, reason: str = "The file is empty.") -> Result:
    return rejection(
        student=student, file=f"{UNIT}.ipynb", unit=UNIT, release="1.0", seed=7, max_score=MAX_SCORE, reason=reason
    )
