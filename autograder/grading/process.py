"""A process that calls functions for its client; run as ``python -m autograder.grading.process``.

It is born with nothing of the user's: no environment, no arguments, no open files. So the template of the submissions
can be forked from it, which spares a second import of torch, before it is told anything that they mustn't know.
"""

import contextlib
import os
import pickle
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from typing import TYPE_CHECKING, Any

from autograder.kernel import starting
from autograder.kernel.sandbox import NoSandbox, advice

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

STOP_SECONDS = 5.0


class Process:
    """The client's hold on a process; one thread at a time may use it."""

    def __init__(self) -> None:
        self._ended = False
        self._turn = threading.Lock()
        self._start()

    def _start(self) -> None:
        if not hasattr(os, "fork"):
            raise NoSandbox(advice("its processes are forked, which this system can't do"))
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "autograder.grading.process", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=starting.environment(),
                start_new_session=True,  # interrupts from the keyboard are the client's business
            )
        self._connection = _connection(ours.detach())
        self._connection.send(sys.path)

    def do(self, function: Callable[..., Any], *args: Any) -> Any:
        """Return what the function returns there, or raise what it raises; BrokenExecutor if the process ends."""
        try:
            self._connection.send((function, args))
            returned, value = self._connection.recv()
        except (EOFError, OSError):
            raise BrokenExecutor("the worker's process has ended") from None
        if returned:
            return value
        raise value

    def renew(self) -> None:
        """Replace a process that has ended, unless it was to."""
        with self._turn:
            if not self._ended:
                self._stop(0)
                self._start()

    def kill(self) -> None:
        """End the process at once, whatever it is doing."""
        with self._turn:
            self._ended = True
            self._process.kill()

    def end(self) -> None:
        """Let the process end, and what it started with it."""
        with self._turn:
            self._ended = True
            self._stop(STOP_SECONDS)

    def _stop(self, patience: float) -> None:
        self._connection.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self._process.kill()
        self._process.wait()


def main(descriptor: int) -> None:
    """Call what arrives on the connection of that number until it closes."""
    connection = _connection(descriptor)
    template = starting.forked() if sys.platform == "linux" else None
    threading.Thread(target=_end_with_the_client, args=(descriptor,), daemon=True).start()
    from autograder.grading import worker

    if template is not None:
        worker.take_over(template)
    sys.path[:] = connection.recv()
    with contextlib.suppress(EOFError, OSError):
        while True:
            connection.send_bytes(_answer(connection.recv_bytes()))


def _connection(descriptor: int) -> "Connection":
    # Here, because not every system has it.
    from multiprocessing.connection import Connection

    return Connection(descriptor)


def _answer(request: bytes) -> bytes:
    try:
        function, args = pickle.loads(request)
        return pickle.dumps((True, function(*args)))
    except Exception as error:
        return _refusal(error)


def _refusal(error: Exception) -> bytes:
    try:
        return pickle.dumps((False, error))
    except Exception:
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _end_with_the_client(descriptor: int) -> None:
    """End at once when the client does, even in the middle of a submission."""
    waiting = select.poll()
    waiting.register(descriptor, 0)  # nothing but the other end's closing
    waiting.poll()
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
