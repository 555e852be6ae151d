"""What a class's results say about the exercises: one pass over the journal, memory for the items only."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from autograder.grading.result import Result
from autograder.judging.verdict import ComponentVerdict


@dataclass
class Item:
    """Something that earns points: how many on the whole, and how that goes with the points of all the rest."""

    name: str
    worth: int
    count: int = 0
    full: int = 0
    _earned: float = 0.0
    _earned_squared: float = 0.0
    _rest: float = 0.0
    _rest_squared: float = 0.0
    _product: float = 0.0

    def add(self, earned: int, rest: int) -> None:
        """Count one submission: what it earned here, and everywhere else in the unit."""
        self.count += 1
        self.full += earned == self.worth
        self._earned += earned
        self._earned_squared += earned * earned
        self._rest += rest
        self._rest_squared += rest * rest
        self._product += earned * rest

    @property
    def share(self) -> float:
        """The mean share of its points that was earned: low is difficult."""
        return self._earned / (self.count * self.worth) if self.count else 0.0

    @property
    def discrimination(self) -> float | None:
        """The correlation with the points of all the rest; None where either doesn't vary."""
        earned = self.count * self._earned_squared - self._earned**2
        rest = self.count * self._rest_squared - self._rest**2
        if earned <= 0 or rest <= 0:
            return None
        return (self.count * self._product - self._earned * self._rest) / math.sqrt(earned * rest)


@dataclass
class ComponentItem(Item):
    """A component with its properties; ``unnamed`` counts failures that no known misconception explains."""

    missing: int = 0
    unnamed: int = 0
    properties: dict[str, Item] = field(default_factory=dict)


@dataclass
class UnitStatistics:
    """A unit's class: its scores, its items in the unit's order, and who made which mistake.

    ``mistakes`` counts (component, misconception); ``makers`` names who made it; ``faults`` are checks that failed
    themselves, for the instructor.
    """

    unit: str
    max_score: int = 0
    scores: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)
    components: dict[str, ComponentItem] = field(default_factory=dict)
    mistakes: Counter[tuple[str, str]] = field(default_factory=Counter)
    makers: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)

    def add(self, result: Result) -> None:
        """Count one result."""
        self.max_score = max(self.max_score, result.max_score)
        if result.status == "rejected":
            self.rejected[result.student] = " ".join(result.notes)
            return
        self.scores[result.student] = result.score
        for verdict in result.verdict.components:
            self._add_component(result, verdict)

    def _add_component(self, result: Result, verdict: ComponentVerdict) -> None:
        item = self.components.setdefault(verdict.name, ComponentItem(verdict.name, verdict.max_score))
        item.add(verdict.score, result.score - verdict.score)
        item.missing += verdict.status == "missing"
        item.unnamed += verdict.status == "failed" and verdict.misconception is None
        for prop in verdict.properties:
            earned = prop.points if prop.passed else 0
            item.properties.setdefault(prop.name, Item(prop.name, prop.points)).add(earned, result.score - earned)
        if verdict.misconception is not None:
            key = verdict.name, verdict.misconception
            self.mistakes[key] += 1
            self.makers.setdefault(key, []).append(result.student)
        if verdict.status == "error":
            self.faults[f"{verdict.name}: {verdict.message}"] += 1


def collect(results: Iterable[Result]) -> dict[str, UnitStatistics]:
    """Return the statistics of each unit that has results."""
    units: dict[str, UnitStatistics] = {}
    for result in results:
        units.setdefault(result.unit, UnitStatistics(result.unit)).add(result)
    return dict(sorted(units.items()))
