"""What a judgement says: plain data, from which every renderer, file and gradebook entry is made."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["passed", "failed", "missing", "error"]


@dataclass(frozen=True)
class PropertyVerdict:
    """One property of one component: ``passed`` is true, false, or None where it was skipped."""

    name: str
    passed: bool | None
    message: str
    points: int


@dataclass(frozen=True)
class ComponentVerdict:
    """One component: its score is the sum of the points of the properties that passed."""

    name: str
    status: Status
    score: int
    max_score: int
    misconception: str | None
    message: str
    properties: tuple[PropertyVerdict, ...]


@dataclass(frozen=True)
class UnitVerdict:
    """All components of a unit, in the curriculum's order, with the seed that replays the judgement."""

    unit: str
    release: str
    seed: int
    components: tuple[ComponentVerdict, ...]

    @property
    def score(self) -> int:
        return sum(component.score for component in self.components)

    @property
    def max_score(self) -> int:
        return sum(component.max_score for component in self.components)


def to_json(verdict: UnitVerdict) -> dict[str, Any]:
    """Return the JSON object of a verdict, with ``score`` and ``max_score`` before the components."""
    fields = asdict(verdict)
    components = list(fields.pop("components"))
    return {**fields, "score": verdict.score, "max_score": verdict.max_score, "components": components}


def from_json(data: dict[str, Any]) -> UnitVerdict:
    """Return the verdict that :func:`to_json` wrote; fields of the envelope that are not the verdict's are ignored."""
    return UnitVerdict(
        unit=data["unit"],
        release=data["release"],
        seed=data["seed"],
        components=tuple(_component(entry) for entry in data["components"]),
    )


def _component(entry: dict[str, Any]) -> ComponentVerdict:
    properties = tuple(PropertyVerdict(**prop) for prop in entry["properties"])
    return ComponentVerdict(**{**entry, "properties": properties})
