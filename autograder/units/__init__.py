"""The units of the course, in order, and the checks of those that exist."""

import importlib
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from autograder.errors import Mistake

if TYPE_CHECKING:
    from autograder.judging.component import Component, Unit

UNITS = (
    "00-start-here",
    "01-recurrent-networks",
    "02-seq2seq-attention",
    "03-positional-encoding",
    "04-multi-head-attention",
    "05-transformer",
    "06-training-and-decoding",
    "07-gpt",
    "08-bert-pretraining",
    "09-fine-tuning",
    "10-knowledge-distillation",
)


class UnknownUnit(Mistake):
    """Raised for a unit's name that the course doesn't have; its message is meant for people."""


@cache
def load_unit(name: str) -> "Unit":
    """Return the unit with its components; :class:`UnknownUnit` if there is none or it isn't written yet."""
    if not exists(name):
        raise UnknownUnit(f"There is no unit {name!r}. The units are: {', '.join(filter(exists, UNITS))}.")
    # Only those who ask for checks wait for torch.
    from autograder.judging.component import Unit

    return Unit(name, importlib.import_module(_package(name)).COMPONENTS)


def exists(name: str) -> bool:
    """Whether a unit of the course has been written."""
    return name in UNITS and find_spec(_package(name)) is not None


def _package(name: str) -> str:
    return f"autograder.units.u{name.replace('-', '_')}"


def find_component(name: str, likely: str = "") -> "tuple[Unit, Component]":
    """Return a component with its unit, looking in the ``likely`` one first; names are unique in the course.

    :class:`UnknownUnit` if there is none.
    """
    for unit in map(load_unit, sorted(filter(exists, UNITS), key=lambda unit: unit != likely)):
        for component in unit.components:
            if component.name == name:
                return unit, component
    raise UnknownUnit(f"No unit has a component named {name!r}.")
