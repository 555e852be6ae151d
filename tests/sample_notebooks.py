"""Small release notebooks and submissions, in the format that ``course release`` writes."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from autograder.grading.release import Release, parse_release

UNIT = "04-multi-head-attention"
SETUP = "import torch"
CAUSAL_STUB = 'def causal_mask(length):\n    """Let each position see the past."""\n    raise NotImplementedError'
CAUSAL = "def causal_mask(length):\n    return torch.ones(length, length, dtype=torch.bool).tril()"
PADDING_STUB = "def padding_mask(ids, pad_id):\n    raise NotImplementedError"
PADDING = "def padding_mask(ids, pad_id):\n    return (ids != pad_id)[:, None, None, :]"
ATTENTION_STUB = (
    "class MultiHeadAttention(torch.nn.Module):\n"
    "    def __init__(self, d_model, num_heads):\n        super().__init__()\n        raise NotImplementedError\n\n"
    "    def forward(self, query):\n        raise NotImplementedError"
)
ATTENTION = ATTENTION_STUB.replace("raise NotImplementedError", "pass")
HELPER = "TOKENS = torch.arange(6)"

Cell = dict[str, Any]


def text(source: str) -> Cell:
    return {"cell_type": "markdown", "id": f"text-{abs(hash(source)) % 10**6}", "metadata": {}, "source": source}


def code(source: str, **metadata: Any) -> Cell:
    cell = {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": source}
    return cell | {"id": str(metadata.get("nbgrader", {}).get("grade_id", f"cell-{abs(hash(source)) % 10**6}"))}


def given(slug: str, source: str) -> Cell:
    return code(source, nbgrader=_nbgrader(f"given-{slug}", locked=True))


def solution(component: str, source: str) -> Cell:
    return code(source, nbgrader=_nbgrader(component, solution=True))


def check(component: str, points: int) -> Cell:
    return code(
        f'check("{component}")', nbgrader=_nbgrader(f"check-{component}", grade=True, locked=True, points=points)
    )


def demo(source: str) -> Cell:
    return code(source, tags=["demo"])


def notebook(cells: Iterable[Cell], unit: str = UNIT, release: str = "1.0") -> bytes:
    metadata = {
        "course": {"unit": unit, "release": release},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    }
    return dump({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def dump(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document).encode()


def release_cells() -> list[Cell]:
    return [
        text("# 04 · Multi-head attention"),
        given("setup", SETUP),
        solution("causal_mask", CAUSAL_STUB),
        check("causal_mask", 3),
        demo("plot(causal_mask(5))"),
        given("helper", HELPER),
        solution("padding_mask", PADDING_STUB),
        check("padding_mask", 4),
        solution("MultiHeadAttention", ATTENTION_STUB),
        check("MultiHeadAttention", 6),
    ]


def answered_cells() -> list[Cell]:
    """The release's cells, with every exercise answered."""
    answers = {"causal_mask": CAUSAL, "padding_mask": PADDING, "MultiHeadAttention": ATTENTION}
    cells = release_cells()
    for cell in cells:
        label = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        cell["source"] = answers.get(label, cell["source"])
    return cells


def small_release() -> Release:
    return parse_release(notebook(release_cells()))


def _nbgrader(grade_id: str, **flags: Any) -> dict[str, Any]:
    plain = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3}
    return {"grade_id": grade_id, **plain, **flags}
