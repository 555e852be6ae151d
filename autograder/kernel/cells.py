"""What a submission is once it has been read: the cells to run, in the student's order."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Cell:
    """One code cell: ``name`` is the component's name for a solution, the slug for a given cell, free for an added one."""

    name: str
    kind: Literal["given", "solution", "added"]
    source: str


@dataclass(frozen=True)
class Submission:
    """The cells to run, with notes on what had to be repaired to get them."""

    unit: str
    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CellOutcome:
    """What became of a cell: ``problem`` is empty if it ran, else one sentence for the student; ``printed`` is cut at a limit."""

    name: str
    problem: str = ""
    printed: str = ""


@dataclass(frozen=True)
class References:
    """Reference solutions as source text: the unit's own by component, and the earlier units' module that ``mine`` hands out."""

    own: dict[str, str] = field(default_factory=dict)
    earlier: str = ""
