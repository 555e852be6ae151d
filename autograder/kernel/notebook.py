"""Runs a submission's cells one after the other in one namespace, and remembers which cell bound what."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from autograder.judging.inprocess import error_text, student_line
from autograder.kernel.cells import Cell
from autograder.kernel.compiling import compile_cell
from autograder.kernel.stubs import display, get_ipython
from autograder.kernel.tape import record

MAX_SENTENCE = 600
_MISSING = object()


@dataclass(frozen=True)
class Ran:
    """What became of a cell; ``crashed`` means that it got halfway, so that what it left behind can't be trusted."""

    problem: str
    printed: str
    crashed: bool


@dataclass(frozen=True)
class Bound:
    """A component's value with the namespace as it was right after the cell that bound it."""

    value: Any
    names: dict[str, Any]


class Notebook:
    """One namespace, called ``__main__`` as in a notebook."""

    def __init__(self, components: Sequence[str], output_limit: int) -> None:
        module = ModuleType("__main__")
        sys.modules["__main__"] = module
        self.names: dict[str, Any] = module.__dict__
        self.names.update(display=display, get_ipython=get_ipython)
        self.given: dict[str, Any] = {}
        self._components = frozenset(components)
        self._output_limit = output_limit
        self._own: dict[str, Bound] = {}
        self._added: dict[str, Bound] = {}

    def run(self, cell: Cell) -> Ran:
        """Run one cell."""
        try:
            code = compile_cell(cell.name, cell.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return Ran(unreadable(error), "", crashed=False)
        before = dict(self.names)
        tape = record(self._output_limit)
        try:
            exec(code, self.names)
        except BaseException as error:
            return Ran(crash(error), tape.text(), crashed=True)
        self._remember(cell, before)
        return Ran("", tape.text(), crashed=False)

    def bound(self) -> dict[str, Bound]:
        """Return the components: what its own cell bound, or else the last of the cells that the student added."""
        return {**self._added, **self._own}

    def _remember(self, cell: Cell, before: dict[str, Any]) -> None:
        after = dict(self.names)
        changed = {name for name, value in after.items() if before.get(name, _MISSING) is not value}
        if cell.kind == "given":
            self.given.update({name: after[name] for name in changed})
        elif cell.kind == "solution":
            self._own.update({cell.name: Bound(after[cell.name], after)} if cell.name in changed else {})
        else:
            self._added.update({name: Bound(after[name], after) for name in changed & self._components})


def unreadable(error: Exception) -> str:
    """Return a sentence about a cell that does not compile."""
    if isinstance(error, SyntaxError):
        place = f" (line {error.lineno}: {(error.text or '').strip()})" if error.lineno else ""
        return _cut(f"{type(error).__name__}: {error.msg}{place}")
    return _cut(f"{type(error).__name__}: {error_text(error)}")


def crash(error: BaseException) -> str:
    """Return a sentence about a cell that raised, with the line of the student's that did."""
    if isinstance(error, SystemExit):
        return "The cell ended its own process (SystemExit): leave out exit() and sys.exit()"
    line = student_line(error)
    return _cut(f"{type(error).__name__}: {error_text(error)}" + (f" ({line})" if line else ""))


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= MAX_SENTENCE else sentence[: MAX_SENTENCE - 3] + "..."
