"""The submission's own process: it runs the cells, then forks one process for each component that the judge asks for.

Functions of ``os`` and its like are bound here by name, because a cell may replace them in their modules.
"""

import base64
import contextlib
import gc
import marshal
import math
import random
import socket
import sys
import warnings
from os import _exit, close, closerange, fork, kill, killpg, setpgid, waitpid
from resource import RLIMIT_CPU, getrlimit, setrlimit
from signal import SIG_DFL, SIGALRM, SIGKILL, SIGPROF, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU
from signal import signal as on_signal
from time import process_time
from types import CodeType
from typing import Any

import numpy as np
import torch

from autograder.judging.inprocess import InProcessSubject
from autograder.judging.remote import serve
from autograder.judging.wire import Channel, decode, encode
from autograder.kernel.cells import Cell
from autograder.kernel.guard import guarded
from autograder.kernel.linux import wait_until_readable
from autograder.kernel.notebook import Bound, Notebook
from autograder.kernel.stubs import install_mine
from autograder.kernel.tampering import Snapshot, changes, machinery_changed
from autograder.kernel.tape import record

MOST_DESCRIPTORS = 65_536


class Submission:
    """A submission in its own process, at the command of the judge's end of the channel.

    ``private`` says that it is in a PID namespace of its own, where every other process is of its making.
    """

    def __init__(self, connection: socket.socket, untouched: Snapshot, private: bool) -> None:
        self._connection = connection
        self._channel = Channel(connection, ahead=False)
        self._untouched = untouched
        self._private = private
        self._fork: int | None = None

    def run(self) -> None:
        """Run the cells that arrive, then serve components until the other end closes the channel."""
        request = decode(self._channel.receive())
        mine = install_mine(unpacked(request["earlier"]))
        self._untouched = {**self._untouched, "mine": (mine, dict(vars(mine)))}
        notebook = Notebook(request["components"], request["output"])
        cells = [Cell(*fields) for fields in request["cells"]]
        if all(self._ran(index, cell, notebook, request["cell_seconds"]) for index, cell in enumerate(cells)):
            self._serve(notebook)
        self._channel.receive()

    def _ran(self, index: int, cell: Cell, notebook: Notebook, seconds: float) -> bool:
        allow_cpu(seconds)
        ran = notebook.run(cell)
        self._channel.send(encode(("cell", index, ran.problem, ran.printed, ran.crashed)))
        return not ran.crashed

    def _serve(self, notebook: Notebook) -> None:
        bound = notebook.bound()
        left = self._end_others()
        self._channel.send(encode(("ready", list(bound), machinery_changed(self._untouched))))
        record(0)
        gc.freeze()
        while True:
            # A thread that a cell left running must not work for the components that are asked now.
            wait_until_readable(self._connection.fileno())
            match decode(self._channel.receive()):
                case ("fork",):
                    self._start(bound, notebook)
                case ("changes",):
                    changed = changes(self._untouched, notebook.given, notebook.names)
                    self._channel.send(encode(("changes", changed + ["processes were left running"] * left)))
                case ("finish",):
                    self._channel.send(encode(("finished", *self._finish())))

    def _start(self, bound: dict[str, Bound], notebook: Notebook) -> None:
        _, (descriptor, *_), _, _ = socket.recv_fds(self._connection, 1, 1)
        self._fork = fork()
        if self._fork:
            close(descriptor)
            return
        try:
            setpgid(0, 0)
            closerange(3, descriptor)
            closerange(descriptor + 1, MOST_DESCRIPTORS)
            serve_components(Channel(socket.socket(fileno=descriptor)), bound, notebook)
        finally:
            _exit(0)

    def _finish(self) -> tuple[int, bool]:
        """End the components' process and all it started; return the signal that it died of, and if any were left."""
        status = 0
        if self._fork:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                killpg(self._fork, SIGKILL)
            with contextlib.suppress(ProcessLookupError):
                kill(self._fork, SIGKILL)
            _, status = waitpid(self._fork, 0)
        self._fork = None
        return status & 0x7F, self._end_others()

    def _end_others(self) -> bool:
        """Kill every other process of the namespace; return whether there was one."""
        if not self._private:
            return False
        try:
            kill(-1, SIGKILL)
        except ProcessLookupError:
            return False
        return True


def serve_components(channel: Channel, bound: dict[str, Bound], notebook: Notebook) -> None:
    """Answer the judge's requests about one component after the other, until the judge closes the channel."""
    untouched = dict(notebook.names)
    while True:
        order = decode(channel.receive())
        component = bound[order["name"]]
        calm_down(order["seed"])
        notebook.names.clear()
        notebook.names.update(untouched | component.names | references(order, notebook.given))
        notebook.names[order["name"]] = component.value
        allow_cpu(order["seconds"])
        with guarded(tuple(order["forbidden"])) as forbidden:
            serve(channel, InProcessSubject(component.value, forbidden))


def references(order: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return the reference solutions that the judge sent, by the names that they take the place of."""
    names = dict(given, __name__="reference")
    for code in order["references"]:
        exec(unpacked(code), names)
    return {neighbour: names[neighbour] for neighbour in order["rebind"]}


def calm_down(seed: int) -> None:
    """Undo the settings of a process that cells may have changed, and seed its random numbers."""
    sys.settrace(None)
    sys.setprofile(None)
    for number in (SIGALRM, SIGTERM, SIGXCPU, SIGUSR1, SIGUSR2, SIGPROF):
        on_signal(number, SIG_DFL)
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    np.seterr(all="warn")
    torch.default_generator.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed % 2**32)


def allow_cpu(seconds: float) -> None:
    """Let this process be killed after so many more CPU seconds."""
    hard = getrlimit(RLIMIT_CPU)[1]
    soft = math.ceil(process_time() + seconds)
    setrlimit(RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))


def packed(code: CodeType) -> str:
    """Return code as text that can cross to the submission's side, never back."""
    return base64.b64encode(marshal.dumps(code)).decode()


def unpacked(text: str) -> CodeType:
    """Return the code of a text that the judge packed."""
    code: CodeType = marshal.loads(base64.b64decode(text))
    return code
