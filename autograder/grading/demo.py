"""A sample class for unit 04: answers in many styles, the usual mistakes, and files that try to break the grader.

The answers are those under ``tests/answers``, put into the release notebook as a student would.
"""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.grading.files import write_atomically
from autograder.grading.inbox import TIMESTAMP
from autograder.grading.release import ROOT, NoRelease, load_release, release_path

UNIT = "04-multi-head-attention"
ANSWERS = ROOT / "tests" / "answers" / UNIT
RIGHT = "right--"

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Student:
    """One of the class: the mistake made in some exercises, those left out, and what else was done to the file."""

    name: str
    wrong: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    change: Callable[[Notebook], None] = lambda notebook: None
    spoil: Callable[[bytes], bytes] = lambda raw: raw
    submitted: str = "2026-03-02 09:00:00 UTC"


def _add_code(source: str) -> Callable[[Notebook], None]:
    return lambda notebook: notebook["cells"].append(_code(source))


def _replace(component: str, source: str) -> Callable[[Notebook], None]:
    return lambda notebook: _cell(notebook, component).update(source=source)


def _lose_labels(notebook: Notebook) -> None:
    notebook["cells"].remove(_cell(notebook, "local_mask"))
    _cell(notebook, "causal_mask")["metadata"] = {}
    notebook["cells"].append(deepcopy(_cell(notebook, "padding_mask")))


def _claim_points(notebook: Notebook) -> None:
    check = _cell(notebook, "check-causal_mask")
    check["source"] = "1000.0"
    check["metadata"]["nbgrader"]["points"] = 1000


def _other_unit(notebook: Notebook) -> None:
    notebook["metadata"]["course"]["unit"] = "05-transformer"


LATER = ("MultiHeadAttention", "attention_macs", "local_mask", "low_rank_attention")
ATTENTION = "scaled_dot_product_attention"
READ_SOLUTION = f"answers = open('{ROOT}/solutions/{UNIT}/{UNIT}.py').read()\nexec(answers)"

CLASS = (
    Student("ada"),
    Student("alan"),
    Student("barbara", {ATTENTION: "missing-scale"}),
    Student("claude", {ATTENTION: "missing-scale", "causal_mask": "excludes-diagonal"}),
    Student("dorothy", {ATTENTION: "mask-inverted", "padding_mask": "mask-inverted"}),
    Student("edsger", {"split_heads": "view-without-transpose", "MultiHeadAttention": "view-without-transpose"}),
    Student("emmy", {"MultiHeadAttention": "mask-on-batch-not-heads", "local_mask": "off-by-one"}),
    Student("frances", {ATTENTION: "nan-row", "combine_masks": "none-crashes", "local_mask": "off-by-one"}),
    Student("grace", {ATTENTION: "missing-scale"}, missing=LATER),
    Student(
        "hedy",
        {"attention_macs": "times-heads", "low_rank_attention": "wrong-scale"},
        submitted="2026-03-04 12:00:00 UTC",
    ),
    Student("ida", {"combine_masks": "uses-or"}, change=_claim_points),
    Student("john", change=_replace("causal_mask", "def causal_mask(length):\n    while True:\n        pass")),
    Student("katherine", change=_add_code("import sys\nsys.exit('enough for today')")),
    Student("leslie", change=_replace("attention_macs", READ_SOLUTION)),
    Student("margaret", change=_lose_labels),
    Student("niklaus", spoil=lambda raw: raw[: len(raw) // 2]),
    Student("radia", change=_other_unit),
)


def make_class(submitted: Path) -> Path:
    """Write the class's submissions in nbgrader's layout and return their folder; the same each time."""
    release = load_release(UNIT)
    if not ANSWERS.is_dir():
        raise NoRelease(f"The sample class is made from {ANSWERS}, which isn't there: it needs the whole repository.")
    notebook = json.loads(release_path(UNIT).read_bytes())
    for place, student in enumerate(CLASS):
        folder = submitted / student.name / UNIT
        write_atomically(folder / f"{UNIT}.ipynb", _submission(notebook, release.components, student, place))
        write_atomically(folder / TIMESTAMP, student.submitted.encode())
    return submitted


def _submission(release: Notebook, components: tuple[str, ...], student: Student, place: int) -> bytes:
    notebook = deepcopy(release)
    for component in components:
        if component not in student.missing:
            prefix = f"wrong--{student.wrong[component]}--" if component in student.wrong else RIGHT
            _cell(notebook, component)["source"] = _answer(component, prefix, place)
    student.change(notebook)
    return student.spoil(json.dumps(notebook, indent=1).encode())


def _answer(component: str, prefix: str, place: int) -> str:
    """Return one of the answers of that kind that need no earlier unit, another one for each place in the class."""
    found = [path.read_text(encoding="utf-8") for path in sorted((ANSWERS / component).glob(f"{prefix}*.py"))]
    answers = [answer for answer in found if "from mine import" not in answer]
    if not answers:
        raise NoRelease(f"There is no answer {prefix}*.py in {ANSWERS / component}.")
    return answers[place % len(answers)]


def _cell(notebook: Notebook, label: str) -> dict[str, Any]:
    cells: list[dict[str, Any]] = notebook["cells"]
    return next(cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == label)


def _code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
