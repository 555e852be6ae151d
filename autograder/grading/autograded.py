"""The autograded notebook: the rebuilt submission with its scores, for Formgrader and nbgrader's own commands."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograder.grading.release import Release, ReleaseCell
from autograder.grading.result import Result
from autograder.grading.submission import Placed
from autograder.judging.verdict import ComponentVerdict
from autograder.kernel.cells import CellOutcome
from autograder.render import html
from autograder.render.text import STATUS_WORDS, cut, printable

MAX_LINES = 200
MAX_CHARACTERS = 10_000
MAX_SOURCE = 100_000

JsonCell = dict[str, Any]


def autograded_notebook(
    release: Release, result: Result, layout: Sequence[Placed], outcomes: Sequence[CellOutcome]
) -> bytes:
    """Return the notebook file; each check cell outputs its score as a float, after the verdict as HTML."""
    by_name = {outcome.name: outcome for outcome in outcomes}
    verdicts = {verdict.name: verdict for verdict in result.verdict.components}
    originals: dict[tuple[str, str], ReleaseCell] = {
        (cell.role, cell.name): cell for cell in release.cells if cell.name
    }
    cells = [_cell(placed, originals, by_name, verdicts, place) for place, placed in enumerate(layout)]
    return _file([*_warnings(result), *_with_style(cells)], release)


def unread_notebook(release: Release, result: Result) -> bytes:
    """Return the file for a submission that could not be read: the reason, and the release's cells with 0 points."""
    layout = [Placed(cell.role, cell.name, cell.source) for cell in release.cells]
    return autograded_notebook(release, result, layout, ())


def _with_style(cells: Sequence[JsonCell]) -> Sequence[JsonCell]:
    """Put the style sheet of all verdicts in front of the first: a copy in each would be most of the file."""
    shown = (o["data"] for cell in cells for o in cell.get("outputs", ()) if o["output_type"] == "display_data")
    first = next(shown, None)
    if first is not None:
        first["text/html"] = f"<style>{html.style_sheet()}</style>{first['text/html']}"
    return cells


def _warnings(result: Result) -> Iterator[JsonCell]:
    if result.status == "rejected":
        text = "**This submission was not graded.** " + _as_text(" ".join(result.notes))
        yield {"cell_type": "markdown", "id": "rejected", "metadata": {}, "source": text}


def _cell(
    placed: Placed,
    originals: Mapping[tuple[str, str], ReleaseCell],
    outcomes: Mapping[str, CellOutcome],
    verdicts: Mapping[str, ComponentVerdict],
    place: int,
) -> JsonCell:
    source = cut(placed.source, MAX_SOURCE, MAX_SOURCE)
    original = originals.get((placed.role, placed.name))
    if placed.role == "text":
        return {"cell_type": "markdown", "id": f"student-{place}", "metadata": {}, "source": source}
    if original is None:
        metadata = {"tags": ["demo"]} if placed.role == "demo" else {}
        return _code(f"student-{place}", metadata, source, _ran(outcomes.get(placed.name)))
    outputs = _scored(verdicts.get(placed.name)) if placed.role == "check" else _ran(outcomes.get(placed.name))
    return _code(str(original.content.get("id", original.label)), original.content["metadata"], source, outputs)


def _code(identifier: str, metadata: Mapping[str, Any], source: str, outputs: list[JsonCell]) -> JsonCell:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": identifier,
        "metadata": dict(metadata),
        "outputs": outputs,
        "source": source,
    }


def _scored(verdict: ComponentVerdict | None) -> list[JsonCell]:
    score = {"text/plain": str(float(verdict.score if verdict else 0))}
    result = {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": score}
    if verdict is None:
        return [result]
    told = f"{verdict.name}: {verdict.score} of {verdict.max_score} points, {STATUS_WORDS[verdict.status]}"
    shown = {"text/html": str(html.card(verdict)), "text/plain": told}
    return [{"output_type": "display_data", "metadata": {}, "data": shown}, result]


def _ran(outcome: CellOutcome | None) -> list[JsonCell]:
    if outcome is None:
        return []
    streams = {"stdout": outcome.printed, "stderr": outcome.problem}
    return [
        {"output_type": "stream", "name": name, "text": cut(printable(text), MAX_LINES, MAX_CHARACTERS)}
        for name, text in streams.items()
        if text
    ]


def _as_text(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return "".join(
        f"\\{character}" if character in "\\`*_{}[]<>()#+-!|&$~" else character for character in printable(text)
    )


def _file(cells: Sequence[JsonCell], release: Release) -> bytes:
    document = {"cells": cells, "metadata": dict(release.metadata), "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document).encode("ascii")
