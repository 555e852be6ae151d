"""How a template process comes to be: spawned, or forked from a process that knows nothing yet that it mustn't."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

import autograder

MOST_DESCRIPTORS = 65_536


class TemplateProcess(Protocol):
    """The part of a Popen that a kernel needs."""

    pid: int
    stderr: IO[bytes] | None

    def kill(self) -> None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...


@dataclass(frozen=True)
class Started:
    """A template process, and the judge's end of the socket on which it takes orders."""

    process: TemplateProcess
    control: socket.socket


def environment() -> dict[str, str]:
    """Return the whole environment of processes that run submissions, or fork those that do: nothing of the user's."""
    return {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(Path(autograder.__file__).parents[1]),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # Huge pages for the heap: a fork copies page tables, and costs half as much with them.
        "PYTHONMALLOC": "malloc",
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    }


def spawned() -> Started:
    """Start a template in a new interpreter."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "autograder.kernel.template", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(),
            start_new_session=True,
        )
    return Started(process, ours)


def forked() -> Started:
    """Fork a template from this process, which must have one thread and :func:`environment`, and know no secret.

    So what both import is imported once: with torch that is half of what starting a worker costs.
    """
    from autograder.kernel import template

    template.import_first()
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child:
        theirs.close()
        return Started(Forked(child), ours)
    try:
        ours.close()
        os.setsid()
        _keep_only(theirs.fileno())
        template.main(theirs.detach())
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


class Forked:
    """A forked child; as a Popen, it may be waited for more than once."""

    stderr: IO[bytes] | None = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def kill(self) -> None:
        """Kill the child, if it still is."""
        if self._code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def poll(self) -> int | None:
        """Return how the child ended, or None while it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the child's end and return its exit status; TimeoutExpired after so many seconds."""
        if self._code is None:
            with open(os.pidfd_open(self.pid), "rb") as ended:
                if not select.select([ended], [], [], timeout)[0]:
                    raise subprocess.TimeoutExpired("template", timeout or 0)
            self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._code


def _keep_only(descriptor: int) -> None:
    """Close all descriptors but that one and standard error; standard input and output become empty."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, MOST_DESCRIPTORS)
