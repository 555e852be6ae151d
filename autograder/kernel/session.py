"""One submission's process, seen from the judge's end: its cells' outcomes, and a channel to each of its components."""

import contextlib
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.judging.remote import DIED, TIMED_OUT, RemoteSubject
from autograder.judging.subject import StudentError
from autograder.judging.wire import MAX_TEXT, BadFrame, Channel, decode, encode
from autograder.kernel.cells import Cell
from autograder.kernel.limits import Limits

ANSWER_SECONDS = 10.0
MOST_CHANGES = 20
TOO_LONG = "The cell ran longer than the time limit: is there a loop that never ends?"
SIGKILL, SIGSEGV, SIGXCPU = 9, 11, 24


class Broken(Exception):
    """The submission's process is gone, hangs or talks nonsense; the message is a sentence about it."""


@dataclass(frozen=True)
class Ran:
    """What a cell's run came to, by the process that ran it."""

    problem: str = ""
    printed: str = ""
    crashed: bool = False
    broke: bool = False


@dataclass
class Report:
    """The cells in the order they ran, and, if the last of them did not crash, which components there are."""

    ran: list[Ran] = field(default_factory=list)
    bound: tuple[str, ...] = ()
    machinery_changed: bool = False

    @property
    def stopped(self) -> bool:
        return bool(self.ran) and self.ran[-1].crashed


class Session:
    """A connection to a submission's process; what comes from there is believed only about that submission."""

    def __init__(self, connection: socket.socket, limits: Limits) -> None:
        self._connection = connection
        self._channel = Channel(connection)
        self._limits = limits
        self._process: Channel | None = None
        self.cpu_seconds = 0.0
        self.died_of = 0

    def run(self, cells: Sequence[Cell], components: Sequence[str], earlier: str, end: float) -> Report:
        """Run cells until one crashes, hangs or ends its process; ``end`` is the moment at which patience ends."""
        report = Report()
        try:
            self._send(self._request(cells, components, earlier))
            for index, _ in enumerate(cells):
                report.ran.append(self._cell(index, end))
                if report.stopped:
                    return report
            report.bound, report.machinery_changed = self._ready(components)
        except Broken as broken:
            report.ran.append(Ran(str(broken), crashed=True, broke=True))
        return report

    def explained(self, report: Report) -> Report:
        """Return the report with what is known, once the session is over, of how a cell ended the process."""
        if report.ran and report.ran[-1].broke and self.died_of == SIGXCPU:
            report.ran[-1] = replace(report.ran[-1], problem=TOO_LONG)
        return report

    def subject(self, order: Mapping[str, Any], deadline: float) -> RemoteSubject:
        """Return a component, in the process that served the last one unless :meth:`finish` ended it."""
        if self._process is None:
            self._process = Channel(self._fork())
        self._process.deadline = deadline
        # If this fails, whoever asks the component first will find its channel broken.
        with contextlib.suppress(OSError):
            self._process.send(encode(dict(order)))
        return RemoteSubject(self._process, self.autopsy)

    def _fork(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._send(("fork",))
                socket.send_fds(self._connection, [b"+"], [theirs.fileno()])
            except (OSError, Broken):
                ours.close()
                raise Broken("The process that ran the cells is gone.") from None
        return ours

    def finish(self) -> tuple[int, bool]:
        """End the components' process; return the signal that it had died of, and whether it left other processes."""
        if self._process is not None:
            self._process.close()
            self._process = None
        self._send(("finish",))
        match self._receive(ANSWER_SECONDS):
            case ("finished", int() as number, bool() as left):
                return number, left
        raise Broken("The process that ran the cells sent a malformed answer.")

    def changes(self) -> tuple[str, ...]:
        """Return what the cells changed that all components share, in words."""
        self._send(("changes",))
        match self._receive(ANSWER_SECONDS):
            case ("changes", list() as changed):
                return tuple(str(sentence)[:MAX_TEXT] for sentence in changed[:MOST_CHANGES])
        raise Broken("The process that ran the cells sent a malformed answer.")

    def autopsy(self) -> StudentError:
        """Return why the component's process has ended."""
        try:
            number, _ = self.finish()
        except Broken:
            return DIED
        return cause_of_death(number)

    def _request(self, cells: Sequence[Cell], components: Sequence[str], earlier: str) -> dict[str, Any]:
        return {
            "cells": [(cell.name, cell.kind, cell.source) for cell in cells],
            "components": list(components),
            "earlier": earlier,
            "output": self._limits.output,
            "cell_seconds": self._limits.cell_seconds,
        }

    def _cell(self, index: int, end: float) -> Ran:
        seconds = min(self._limits.cell_seconds * self._limits.patience, end - time.monotonic())
        match self._receive(seconds):
            case ("cell", int() as number, str() as problem, str() as printed, bool() as crashed) if number == index:
                return Ran(problem[:MAX_TEXT], printed[: 2 * self._limits.output], crashed)
        raise Broken("The cell broke the process that ran it.")

    def _ready(self, components: Sequence[str]) -> tuple[tuple[str, ...], bool]:
        match self._receive(ANSWER_SECONDS):
            case ("ready", list() as bound, bool() as machinery_changed):
                return tuple(name for name in components if name in bound), machinery_changed
        raise Broken("The last cell broke the process that ran it.")

    def _send(self, value: Any) -> None:
        self._channel.deadline = time.monotonic() + ANSWER_SECONDS
        try:
            self._channel.send(encode(value))
        except OSError:
            raise Broken("The process that ran the cells is gone.") from None

    def _receive(self, seconds: float) -> Any:
        self._channel.deadline = time.monotonic() + seconds
        try:
            return decode(self._channel.receive())
        except TimeoutError:
            raise Broken(TOO_LONG) from None
        except BadFrame:
            raise Broken("The cell broke the process that ran it.") from None
        except (EOFError, OSError):
            raise Broken("The cell ended the process that ran it, or needed too much memory.") from None


def cause_of_death(number: int) -> StudentError:
    """Return what the signal that a process died of means to a student; 0 means that it ended itself."""
    if number == SIGXCPU:
        return TIMED_OUT
    if number == SIGKILL:
        return StudentError("ProcessDied", "the process that ran your code was killed: did it need too much memory?")
    if number == SIGSEGV:
        return StudentError("ProcessDied", "the process that ran your code crashed: does it call itself endlessly?")
    return DIED
