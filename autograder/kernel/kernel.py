"""The judge's hold on the untrusted side: a warm template process, and one session at a time forked from it."""

import contextlib
import json
import os
import socket
import subprocess
from collections.abc import Iterable, Iterator
from types import TracebackType

from autograder.kernel import linux
from autograder.kernel.faults import KernelFault
from autograder.kernel.limits import Limits
from autograder.kernel.sandbox import NoSandbox, advice
from autograder.kernel.session import Session
from autograder.kernel.starting import Started, TemplateProcess, spawned
from autograder.kernel.template import ANY_CPU, CPU, END, ENDED, LENGTH, PREPARE, READY, REFUSED, START, framed

START_SECONDS = 120.0
ANSWER_SECONDS = 60.0
STOP_SECONDS = 5.0
DEFAULT_LIMITS = Limits()


class Kernel:
    """A context in which submissions can be run; ``sandbox=False`` runs them with the user's own rights.

    Raises NoSandbox on entering where there can be none. One thread at a time may use it.
    """

    def __init__(self, sandbox: bool = True, limits: Limits = DEFAULT_LIMITS, template: Started | None = None) -> None:
        self.sandbox = sandbox
        self.limits = limits
        self._template = template
        self._process: TemplateProcess | None = None
        self._control: socket.socket | None = None
        self._prepared: set[str] = set()

    def __enter__(self) -> "Kernel":
        self._open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._shut()

    def restart(self) -> None:
        """Replace the template process, whatever has become of it."""
        self._shut()
        self._open()

    def prepare(self, modules: Iterable[str], forbidden: Iterable[tuple[str, ...]]) -> None:
        """Let the template import modules that the course's own cells name, and look up patterns of forbidden calls."""
        details = {"modules": sorted(set(modules)), "forbidden": sorted(set(forbidden))}
        key = json.dumps(details)
        if key not in self._prepared:
            self._order(PREPARE + framed(details), len(READY))
            self._prepared.add(key)

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """Fork a process for a submission, and end it with everything that it started."""
        ours, theirs = socket.socketpair()
        session = Session(ours, self.limits)
        with ours, _on_one_cpu() as cpu:
            with theirs:
                self._start(theirs, cpu)
            try:
                yield session
            finally:
                ours.close()
                session.cpu_seconds, session.died_of = ENDED.unpack(self._order(END, ENDED.size))

    def _start(self, theirs: socket.socket, cpu: int) -> None:
        try:
            socket.send_fds(self._connected(), [START], [theirs.fileno()])
            self._connected().sendall(CPU.pack(cpu))
        except OSError as error:
            raise KernelFault(f"the template process is gone: {error}") from None
        self._answer(len(READY))

    def _order(self, order: bytes, length: int) -> bytes:
        try:
            self._connected().sendall(order)
        except OSError as error:
            raise KernelFault(f"the template process is gone: {error}") from None
        return self._answer(length)

    def _answer(self, length: int) -> bytes:
        try:
            answer = self._connected().recv(length, socket.MSG_WAITALL)
        except OSError as error:
            raise KernelFault(f"the template process doesn't answer: {error}") from None
        if len(answer) != length:
            raise KernelFault("the template process died")
        return answer

    def _connected(self) -> socket.socket:
        if self._control is None:
            raise RuntimeError("the kernel isn't open: use it in a with statement")
        return self._control

    def _open(self) -> None:
        if not hasattr(os, "fork"):
            raise NoSandbox(advice("its processes are forked, which this system can't do"))
        template, self._template = self._template or spawned(), None
        self._process, self._control = template.process, template.control
        self._control.settimeout(START_SECONDS)
        self._prepared = set()
        try:
            answer = self._order(framed({"sandbox": self.sandbox, "limits": self.limits.to_json()}), len(READY))
            refusal = self._answer(LENGTH.unpack(self._answer(LENGTH.size))[0]) if answer == REFUSED else b""
        except KernelFault as fault:
            raise KernelFault(f"{fault}: {self._last_words()}") from None
        if refusal:
            self._shut()
            raise NoSandbox(refusal.decode())
        self._control.settimeout(ANSWER_SECONDS)

    def _last_words(self) -> str:
        """End the template's process and return what it wrote to standard error."""
        assert self._process is not None
        self._process.kill()
        said = self._process.stderr.read() if self._process.stderr else b""
        self._shut()
        return said.decode("utf-8", "replace").strip()[-2000:]

    def _shut(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
            self._process.kill()
            self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()
            self._process = None


@contextlib.contextmanager
def _on_one_cpu() -> Iterator[int]:
    """Keep this thread on the processor it happens to be on, for as long as it takes turns with a submission."""
    try:
        allowed, cpu = os.sched_getaffinity(0), linux.current_cpu()
        os.sched_setaffinity(0, {cpu})
    except (AttributeError, OSError):
        yield ANY_CPU
        return
    try:
        yield cpu
    finally:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, allowed)
