"""What the judge knows of a component: calls to draw, an oracle, properties, and the mistakes it can name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from torch import Tensor

from autograder.judging.draws import Draw

if TYPE_CHECKING:
    from autograder.judging.trial import Trial

Names: TypeAlias = "tuple[str | Names, ...]"


@dataclass(frozen=True)
class Call:
    """One call that the judge makes; for a class also how it is constructed, its parameters and its mode.

    ``method`` names the instance's method that is called, where it isn't the instance itself. ``within`` is the
    :class:`Library` path of a module that gets the constructor's arguments and the instance, and then stands for it:
    for parameters that the instance shares with an argument.
    """

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    init: tuple[Any, ...] | None = None
    init_kwargs: Mapping[str, Any] = field(default_factory=dict)
    state: Mapping[str, Tensor] | None = None
    training: bool = False
    method: str = ""
    within: str = ""


@dataclass(frozen=True)
class Given:
    """An argument that can't cross the seam: built anew on the student's side for every call.

    ``path`` is a :class:`Library`'s, ``args`` are the constructor's arguments, ``state`` a module's parameters. An
    oracle gets this description itself.
    """

    path: str
    args: tuple[Any, ...] = ()
    state: Mapping[str, Tensor] | None = None


@dataclass(frozen=True)
class Property:
    """Something that is true of every right answer; its name is a sentence with underscores.

    ``check`` returns nothing or raises Mismatch; ``needs`` names properties without which it is skipped.
    """

    name: str
    points: int
    check: Callable[["Trial"], None]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mistake:
    """A known misconception: ``advice`` says what is wrong and how to see it, without giving the solution.

    ``wrong`` holds one or more wrong versions, called as the oracle is; a student's answer that equals one of them on
    every drawn call that distinguishes it from the oracle has made this mistake. Entries that are NaN in the wrong
    version, or None, match anything. ``calls`` restricts which drawn calls are looked at. ``shown_by`` replaces all
    this by a predicate.
    """

    id: str
    advice: str
    wrong: tuple[Callable[..., Any], ...] = ()
    calls: tuple[str, ...] | None = None
    shown_by: Callable[["Trial"], bool] | None = None


@dataclass(frozen=True)
class Component:
    """A function or class that a student writes.

    The oracle takes a call's arguments; for a class, the constructor's arguments and the parameters come first.
    ``returns`` names the parts of the returned value for messages, nested as they are; ``forbidden`` are patterns of
    :mod:`forbidden`.
    """

    name: str
    draw: Callable[[Draw], Mapping[str, Call]]
    properties: tuple[Property, ...]
    oracle: Callable[..., Any] | None = None
    mistakes: tuple[Mistake, ...] = ()
    forbidden: tuple[str, ...] = ()
    returns: Names = ("the returned value",)

    @property
    def max_score(self) -> int:
        return sum(prop.points for prop in self.properties)


@dataclass(frozen=True)
class Unit:
    """A unit's components in the curriculum's order."""

    name: str
    components: tuple[Component, ...]

    def component(self, name: str) -> Component:
        """Return the component of that name; KeyError if the unit has none."""
        return {component.name: component for component in self.components}[name]
