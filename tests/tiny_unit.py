"""A unit of three one-line components, and submissions to it: for tests of what runs around the checks."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Property, Unit
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees
from autograder.judging.verdict import ComponentVerdict
from autograder.kernel import judgement
from autograder.kernel.cells import Cell, References, Submission
from autograder.kernel.judgement import Judgement, judge_submission
from autograder.kernel.kernel import Kernel

NAMES = ("double", "shift", "both")
SETUP = "import torch\nfrom autograder import check\n"
RIGHT = {
    "double": "def double(x):\n    return 2 * x\n",
    "shift": "def shift(x):\n    return x + 1\n",
    "both": "def both(x):\n    return shift(double(x))\n",
}
REFERENCES = References(own=RIGHT)
FULL_MARKS = dict.fromkeys(NAMES, "passed")


def calls(draw: Draw) -> Mapping[str, Call]:
    return {"once": Call((draw.normal(2, 3),)), "again": Call((draw.normal(4),))}


def component(name: str, oracle: object, forbidden: tuple[str, ...] = ()) -> Component:
    right = Property("it_gives_the_right_values", 2, agrees("once", "again"))
    return Component(name=name, draw=calls, properties=(right,), oracle=oracle, forbidden=forbidden)  # type: ignore[arg-type]


def twice(x: Tensor) -> Tensor:
    return x + x


UNIT = Unit(
    "04-multi-head-attention",
    (
        component("double", twice),
        component("shift", lambda x: x.add(1)),
        component("both", lambda x: torch.add(x + x, 1)),
    ),
)


def cells(**changes: str) -> list[Cell]:
    """Return the cells of a right submission, with the named solutions replaced; an empty text leaves a cell out."""
    solutions = {**RIGHT, **changes}
    return [Cell("setup", "given", SETUP), *(Cell(name, "solution", text) for name, text in solutions.items() if text)]


def judged(kernel: Kernel, submitted: list[Cell], unit: Unit = UNIT, references: References = REFERENCES) -> Judgement:
    """Judge cells as a submission to a unit that exists only here."""
    loaded = judgement.load_unit
    judgement.load_unit = lambda name: unit  # type: ignore[assignment]
    try:
        return judge_submission(kernel, Submission(unit.name, tuple(submitted)), references, seed=7)
    finally:
        judgement.load_unit = loaded


def statuses(found: Judgement) -> dict[str, str]:
    return {verdict.name: verdict.status for verdict in found.verdict.components}


def verdict_on(found: Judgement, name: str) -> ComponentVerdict:
    return {verdict.name: verdict for verdict in found.verdict.components}[name]


def only_fails(found: Judgement, name: str) -> bool:
    """Whether one component got no marks, and every other one all of them."""
    lost = verdict_on(found, name)
    return lost.status == "failed" and lost.score == 0 and statuses(found) == {**FULL_MARKS, name: "failed"}


def descendants(pid: int) -> list[int]:
    """Return the ids of a process's children, and of theirs."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children] + [below for child in children for below in descendants(int(child))]
