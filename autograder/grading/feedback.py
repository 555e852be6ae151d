"""The feedback page: what one student reads about one unit, their code beside the verdict on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from autograder.grading.release import Release
from autograder.grading.result import Result
from autograder.grading.submission import Placed
from autograder.judging.verdict import ComponentVerdict
from autograder.kernel.cells import CellOutcome
from autograder.render import html


@dataclass(frozen=True)
class Answer:
    """A component on the page: its verdict, rendered, with the code that was judged and what that printed."""

    verdict: ComponentVerdict
    card: Markup
    code: str
    printed: str


@dataclass(frozen=True)
class Stumble:
    """A cell of no component's that did not run through."""

    source: str
    problem: str


def feedback_page(release: Release, result: Result, layout: Sequence[Placed], outcomes: Sequence[CellOutcome]) -> bytes:
    """Return the page as UTF-8 HTML; it needs nothing but itself."""
    by_name = {outcome.name: outcome for outcome in outcomes}
    code = {placed.name: placed.source for placed in layout if placed.role == "solution"}
    answers = [_answer(verdict, code, by_name) for verdict in result.verdict.components]
    stumbles = [
        Stumble(placed.source, by_name[placed.name].problem)
        for placed in layout
        if placed.role in ("given", "added") and placed.name in by_name and by_name[placed.name].problem
    ]
    page = html.page("feedback.html", title=release.title, result=result, answers=answers, stumbles=stumbles)
    return page.encode("utf-8", "replace")


def _answer(verdict: ComponentVerdict, code: dict[str, str], outcomes: dict[str, CellOutcome]) -> Answer:
    outcome = outcomes.get(verdict.name, CellOutcome(verdict.name))
    return Answer(verdict, html.card(verdict), code.get(verdict.name, ""), outcome.printed)
