"""Reference solutions on their way to the untrusted side: compiled once, without docstrings, only those needed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType

from autograder.kernel.cells import Cell, References
from autograder.kernel.child import packed


@dataclass(frozen=True)
class Packed:
    """References as code: each component's own, with the names of the others that it mentions."""

    codes: dict[str, str]
    mentions: dict[str, frozenset[str]]
    earlier: str

    def needed(self, names: Iterable[str]) -> list[str]:
        """Return the code of these components and of all that they build on, in the unit's order."""
        found: set[str] = set()
        waiting = set(names)
        while waiting:
            name = waiting.pop()
            found.add(name)
            waiting |= self.mentions[name] - found
        return [code for name, code in self.codes.items() if name in found]


def pack(references: References) -> Packed:
    """Compile references; the same ones are compiled once."""
    return _pack(tuple(references.own.items()), references.earlier)


def neighbours(component: str, cells: Sequence[Cell], packed_references: Packed) -> list[str]:
    """Return the other components that some cell mentions besides the cell that defines it."""
    found = frozenset[str]().union(*(_mentioned(cell, tuple(packed_references.codes)) for cell in cells))
    return sorted(found - {component})


@lru_cache(maxsize=16)
def _pack(own: tuple[tuple[str, str], ...], earlier: str) -> Packed:
    names = tuple(name for name, _ in own)
    return Packed(
        codes={name: packed(_compiled(source, name)) for name, source in own},
        mentions={name: _words(source, names) - {name} for name, source in own},
        earlier=packed(_compiled(earlier, "mine")),
    )


def _compiled(source: str, name: str) -> CodeType:
    return compile(source, f"<reference {name}>", "exec", dont_inherit=True, optimize=2)


def _mentioned(cell: Cell, names: tuple[str, ...]) -> frozenset[str]:
    found = _words(cell.source, names)
    return found - {cell.name} if cell.kind == "solution" else found


def _words(text: str, names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_pattern(names).findall(text)) if names else frozenset()


@lru_cache(maxsize=16)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
