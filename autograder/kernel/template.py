"""The warm process from which every submission's process is forked; run as ``python -m autograder.kernel.template``.

It has imported what submissions need, and never reads a submission, a reference or a gradebook. It takes one-letter
orders from the judge's process: fork a child for the connection that comes with the order, end that child, import modules.
"""

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import socket
import struct
import sys
from typing import Any

from autograder.kernel.limits import Limits

START, END, IMPORT = b"S", b"E", b"I"
READY = b"+"
NO_SANDBOX = 3
SECONDS = struct.Struct("!d")
LENGTH = struct.Struct("!I")
FIRST_IMPORTS = (
    "torch",
    "torch.nn.functional",
    "numpy",
    "numpy.testing",
    "torch.testing",
    "IPython.core.inputtransformer2",
)


def main(descriptor: int, sandboxed: bool, limits: Limits) -> None:
    """Serve orders that arrive on the socket of that number until it closes."""
    control = socket.socket(fileno=descriptor)
    Template(control, sandboxed, limits).serve()


class Template:
    """The orders and the one child that may be running."""

    def __init__(self, control: socket.socket, sandboxed: bool, limits: Limits) -> None:
        self._control = control
        self._sandboxed = sandboxed
        self._limits = limits
        self._child: int | None = None
        self._cpu = 0.0
        self._warm_up(FIRST_IMPORTS)

    def serve(self) -> None:
        """Answer orders until the judge's process is gone."""
        self._control.sendall(READY)
        while True:
            order, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
            match order:
                case b"S":
                    self._start(*descriptors)
                    self._control.sendall(READY)
                case b"E":
                    self._control.sendall(SECONDS.pack(self._end()))
                case b"I":
                    self._warm_up(self._names())
                    self._control.sendall(READY)
                case _:
                    return

    def _start(self, descriptor: int) -> None:
        self._cpu = _cpu_seconds()
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
        Submission(socket.socket(fileno=descriptor), self._untouched, private=False).run()

    def _end(self) -> float:
        """Kill the child with all that it started; return the CPU seconds that it, and forking it, have cost."""
        if self._child is None:
            return 0.0
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)
        _, _, usage = os.wait4(self._child, 0)
        self._child = None
        return usage.ru_utime + usage.ru_stime + _cpu_seconds() - self._cpu

    def _names(self) -> list[str]:
        (length,) = LENGTH.unpack(self._control.recv(LENGTH.size, socket.MSG_WAITALL))
        names: list[str] = json.loads(self._control.recv(length, socket.MSG_WAITALL))
        return names

    def _warm_up(self, names: tuple[str, ...] | list[str]) -> None:
        for name in names:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        import torch

        from autograder.kernel import child, stubs, tampering, warmup

        torch.set_num_threads(1)
        stubs.silence_check()
        warmup.exercise()
        self._untouched = tampering.snapshot()
        gc.collect()
        gc.freeze()


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] == "sandbox", Limits(**json.loads(sys.argv[3])))
