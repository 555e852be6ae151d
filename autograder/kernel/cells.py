"""What a submission is once it has been read: the cells to run, in the student's order."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Cell:
    """One code cell: ``name`` is a solution's component, a given cell's slug, and free for an added one."""

    name: str
    kind: Literal["given", "solution", "added"]
    source: str


@dataclass(frozen=True)
class Submission:
    """The cells to run, with notes on what had to be repaired; ``unwritten`` exercises need not be asked."""

    unit: str
    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()
    unwritten: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CellOutcome:
    """What became of a cell: ``problem`` is empty if it ran, else a sentence for the student; ``printed`` is cut."""

    name: str
    problem: str = ""
    printed: str = ""


@dataclass(frozen=True)
class References:
    """Reference solutions as source text: the unit's own by component, the earlier units' as the module ``mine``."""

    own: dict[str, str] = field(default_factory=dict)
    earlier: str = ""
