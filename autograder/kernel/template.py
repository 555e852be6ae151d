"""The warm process from which every submission's process is forked; run as ``python -m autograder.kernel.template``.

It has imported what submissions need, and never reads a submission, a reference or a gradebook. It takes one-letter
orders from the judge's process: fork a child for the connection that comes along, end that child, import modules.
"""

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import shutil
import signal
import socket
import struct
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from autograder.kernel.limits import MEGABYTE, Limits
from autograder.kernel.sandbox import SCRATCH, NoSandbox, Place, enter

START, END, PREPARE = b"S", b"E", b"P"
READY, REFUSED = b"+", b"-"
GRACE_SECONDS = 0.2
ENDED = struct.Struct("!dh")
CPU = struct.Struct("!h")
ANY_CPU = -1
TYPICAL_SIZE = 1024 * MEGABYTE
LENGTH = struct.Struct("!I")
FIRST_IMPORTS = (
    "torch",
    "torch.nn.functional",
    "numpy",
    "numpy.testing",
    "torch.testing",
    "autograder.kernel.child",
    "IPython.core.inputtransformer2",
)


def main(descriptor: int) -> None:
    """Serve orders that arrive on the socket of that number until it closes; the first says with which walls."""
    control = socket.socket(fileno=descriptor)
    walls = _received(control)
    if walls is None:
        return
    _take_a_name(SCRATCH if walls["sandbox"] else tempfile.gettempdir())
    try:
        place = enter(descriptor) if walls["sandbox"] else None
    except NoSandbox as reason:
        text = str(reason).encode()
        control.sendall(REFUSED + LENGTH.pack(len(text)) + text)
        return
    template = Template(control, place, Limits(**walls["limits"]))
    # Up to here somebody would read what went wrong; from here on nobody reads.
    os.dup2(sys.stdout.fileno(), sys.stderr.fileno())
    template.serve()


def import_first() -> None:
    """Import what every submission needs, and do once what is slow when it is first done."""
    _import(FIRST_IMPORTS)
    from autograder.kernel import warmup

    warmup.exercise()


def framed(details: Mapping[str, Any]) -> bytes:
    """Return the details of an order as they cross, their length first."""
    text = json.dumps(details).encode()
    return LENGTH.pack(len(text)) + text


class Template:
    """The orders and the one child that may be running."""

    def __init__(self, control: socket.socket, place: Place | None, limits: Limits) -> None:
        self._control = control
        self._place = place
        self._limits = limits
        self._child: int | None = None
        self._cpu = 0.0
        self._prepare(FIRST_IMPORTS)

    def serve(self) -> None:
        """Answer orders until the judge's process is gone."""
        self._control.sendall(READY)
        while True:
            order, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
            match order:
                case b"S":
                    _stay_on(*CPU.unpack(self._control.recv(CPU.size, socket.MSG_WAITALL)))
                    self._start(*descriptors)
                    self._control.sendall(READY)
                case b"E":
                    self._control.sendall(ENDED.pack(*self._end()))
                case b"P":
                    self._prepare(**(_received(self._control) or {}))
                    self._control.sendall(READY)
                case _:
                    return

    def _start(self, descriptor: int) -> None:
        self._cpu = _cpu_seconds()
        if self._place:
            self._place.new_process_space()
        self._folder = tempfile.mkdtemp(prefix="submission-") if self._place is None else ""
        self._child = os.fork()
        if self._child:
            os.close(descriptor)
            return
        try:
            self._become_submission(descriptor)
        finally:
            os._exit(0)

    def _become_submission(self, descriptor: int) -> None:
        from autograder.kernel.child import Submission

        self._control.close()
        os.setsid()
        if self._place:
            os.close(self._place.pid_namespace)
            self._place.confine(self._limits, self._memory)
            _leave_to_child(descriptor)
        else:
            os.chdir(self._folder)
        Submission(socket.socket(fileno=descriptor), self._untouched, private=self._place is not None).run()

    def _end(self) -> tuple[float, int]:
        """Kill the child and all it started; return what they cost in CPU seconds, and the signal the child died of."""
        if self._child is None:
            return 0.0, 0
        _wait_a_little(self._child)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)
        _, status, usage = os.wait4(self._child, 0)
        self._child = None
        shutil.rmtree(self._folder, ignore_errors=True)
        died_of = os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        return usage.ru_utime + usage.ru_stime + _cpu_seconds() - self._cpu, died_of

    def _prepare(self, modules: Iterable[str], forbidden: Iterable[list[str]] = ()) -> None:
        """Import modules, and look up what patterns of forbidden calls match, so that no child has to."""
        _import(modules)
        import torch

        from autograder.kernel import guard, stubs, tampering, warmup

        torch.set_num_threads(1)
        stubs.silence_check()
        warmup.exercise()
        for patterns in forbidden:
            guard.look_up(tuple(patterns))
        self._untouched = tampering.snapshot()
        self._memory = _memory_in_use()
        gc.collect()
        gc.freeze()


def _import(modules: Iterable[str]) -> None:
    for name in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def _received(control: socket.socket) -> dict[str, Any] | None:
    """Return an order's details, or None if the judge's process is gone."""
    header = control.recv(LENGTH.size, socket.MSG_WAITALL)
    if len(header) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(header)
    details: dict[str, Any] = json.loads(control.recv(length, socket.MSG_WAITALL))
    return details


def _take_a_name(scratch: str) -> None:
    """Set the part of the environment that a submission sees and the judge's own process doesn't."""
    sys.dont_write_bytecode = True
    os.environ.update(
        PYTHONDONTWRITEBYTECODE="1",
        HOME=scratch,
        TMPDIR=scratch,
        USER="student",
        MPLCONFIGDIR=scratch,
        COURSE_JUDGE="1",
        NBGRADER_EXECUTION="autograde",
    )


def _stay_on(cpu: int) -> None:
    """Run on the judge's processor: the two take turns, and a message that has to change caches costs more."""
    if cpu != ANY_CPU:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {cpu})


def _wait_a_little(child: int) -> None:
    """Give a child whose channel is closed the time to end by itself: only then is what its own children cost known."""
    with open(os.pidfd_open(child), "rb") as ended:
        select.select([ended], [], [], GRACE_SECONDS)


def _leave_to_child(descriptor: int) -> None:
    """Return in a child; this process, the first of its PID namespace, waits for it, and takes all others along."""
    child = os.fork()
    if child:
        os.close(descriptor)
        ended, status = os.wait()
        while ended != child:
            ended, status = os.wait()
        # A first process of a namespace can't die of a signal of its own; it hands the number on.
        os._exit(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0)


def _memory_in_use() -> int:
    """Return the bytes of address space of this process, or a guess where /proc is missing."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return TYPICAL_SIZE


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main(int(sys.argv[1]))
