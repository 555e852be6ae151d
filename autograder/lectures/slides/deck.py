"""What a deck is: sections side by side, their slides one below the other, notes with minutes."""

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from autograder.lectures.slides.blocks import Block

Kind = Literal["lecture", "exercise", "question", "reserve"]


@dataclass(frozen=True)
class Slide:
    """One slide: ``title`` and ``notes`` are HTML, ``seconds`` what the lecturer has for it."""

    title: Markup
    kind: Kind
    blocks: tuple[Block, ...]
    notes: Markup
    seconds: float = 0


@dataclass(frozen=True)
class Section:
    """What stands in one column of the deck; ``start`` and ``minutes`` say when it is due in the lecture."""

    slides: tuple[Slide, ...]
    start: float
    minutes: float

    @property
    def title(self) -> Markup:
        return self.slides[0].title


@dataclass(frozen=True)
class Deck:
    """A unit's slides; ``unhurried`` is how many minutes its text would take, ``derived`` where no author says."""

    title: Markup
    sections: tuple[Section, ...]
    minutes: float
    unhurried: float
    derived: bool

    @property
    def length(self) -> int:
        """The number of slides."""
        return sum(len(section.slides) for section in self.sections)
