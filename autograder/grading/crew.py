"""Who does the grading: processes of this machine, or a Dask cluster; both as an executor that may lose workers."""

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar

from autograder.kernel.sandbox import NoSandbox

TaskT = TypeVar("TaskT", bound=Hashable)
DoneT = TypeVar("DoneT")

CONNECT_SECONDS = 15
ATTEMPTS_ALONE = 2
LOST = "Grading it stopped the grader's process twice."


class CrewError(Exception):
    """The workers as a whole can't be had; the message is a sentence about it."""


class Crew(Protocol):
    """A context in which tasks can be submitted; ``window`` is how many may be under way at once."""

    window: int

    def __enter__(self) -> "Crew": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None: ...

    def submit(self, function: Callable[..., Any], *args: Any) -> "Future[Any]":
        """Start a task."""

    def renew(self) -> None:
        """Replace workers that are broken beyond use, with all tasks that they had."""


class LocalCrew:
    """A pool of spawned processes, each with one warm kernel of its own."""

    def __init__(self, jobs: int) -> None:
        # One task in hand and one in reach for each worker: nobody waits, and memory doesn't grow with the class.
        self.window = 2 * jobs
        self._jobs = jobs
        self._others = set(multiprocessing.active_children())
        self._pool = self._new_pool()

    def __enter__(self) -> "LocalCrew":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if kind is not None:
            # Nobody will take what they are working on, and it may take them minutes.
            for worker in set(multiprocessing.active_children()) - self._others:
                worker.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def submit(self, function: Callable[..., Any], *args: Any) -> "Future[Any]":
        return self._pool.submit(function, *args)

    def renew(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._new_pool()

    def _new_pool(self) -> Executor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._jobs, mp_context=context, initializer=_prepare_worker)


class DaskCrew:
    """The workers of a Dask scheduler, which itself retries the tasks of workers that die."""

    def __init__(self, address: str) -> None:
        try:
            self._client = _connected(address)
        except (OSError, ValueError) as error:
            raise CrewError(f"There is no Dask scheduler at {address}: {error or type(error).__name__}.") from None
        workers = sum(self._client.nthreads().values())
        if workers == 0:
            self._client.close()
            raise CrewError(f"The Dask scheduler at {address} has no workers. Start some: dask worker {address}")
        self.window = 2 * workers
        self._executor = self._client.get_executor(pure=False)

    def __enter__(self) -> "DaskCrew":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._executor.shutdown(wait=False)
        self._client.close()

    def submit(self, function: Callable[..., Any], *args: Any) -> "Future[Any]":
        submitted: Future[Any] = self._executor.submit(function, *args)
        return submitted

    def renew(self) -> None:
        raise CrewError("The connection to the Dask scheduler is lost.")


def work(
    crew: Crew,
    tasks: Iterator[TaskT],
    start: Callable[[TaskT], tuple[Any, ...]],
    give_up: Callable[[TaskT, str], DoneT],
) -> Iterator[DoneT]:
    """Yield what comes of each task, as it comes; ``start`` returns the function and arguments to submit for one.

    When a process dies, all tasks that were under way are repeated one by one, so that the one that kills its process
    is found out. That one, and a task that raises, is for ``give_up`` to make a result of; NoSandbox is raised.
    """
    shift = _Shift(crew, start)
    while shift.fill(tasks):
        for task, future in shift.finished():
            yield _outcome(task, future, give_up)
        for task in shift.hopeless():
            yield give_up(task, LOST)


def _outcome(task: TaskT, future: "Future[Any]", give_up: Callable[[TaskT, str], DoneT]) -> DoneT:
    error = future.exception()
    if isinstance(error, NoSandbox):
        raise error
    if error is not None:
        return give_up(task, f"The grader failed on it: {type(error).__name__}: {error}")
    done: DoneT = future.result()
    return done


class _Shift(Generic[TaskT]):
    """The tasks that are under way, those to be repeated alone, and how often each has ended its process alone."""

    def __init__(self, crew: Crew, start: Callable[[TaskT], tuple[Any, ...]]) -> None:
        self._crew = crew
        self._start = start
        self._running: dict[Future[Any], TaskT] = {}
        self._suspects: deque[TaskT] = deque()
        self._deaths: Counter[TaskT] = Counter()
        self._hopeless: list[TaskT] = []

    def fill(self, tasks: Iterator[TaskT]) -> bool:
        """Put tasks under way, a suspect alone; False when there is nothing left to wait for."""
        if self._suspects and not self._running:
            self._submit(self._suspects.popleft())
        while not self._suspects and len(self._running) < self._crew.window:
            task = next(tasks, None)
            if task is None:
                break
            self._submit(task)
        return bool(self._running or self._suspects)

    def finished(self) -> Iterator[tuple[TaskT, "Future[Any]"]]:
        """Wait, and yield the tasks that have come to an end other than their process's."""
        alone = len(self._running) == 1
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        lost = [self._running[future] for future in done if isinstance(future.exception(), BrokenExecutor)]
        for future in done:
            task = self._running.pop(future)
            if task not in lost:
                yield task, future
        if lost:
            self._repeat([*lost, *self._running.values()], alone)

    def hopeless(self) -> list[TaskT]:
        """Return the tasks that were found to end their process each time, once."""
        found, self._hopeless = self._hopeless, []
        return found

    def _submit(self, task: TaskT) -> None:
        try:
            self._running[self._crew.submit(*self._start(task))] = task
        except BrokenExecutor:
            self._repeat([*self._running.values(), task], alone=False)

    def _repeat(self, lost: list[TaskT], alone: bool) -> None:
        self._running.clear()
        self._crew.renew()
        for task in lost:
            self._deaths[task] += alone
            given_up = self._deaths[task] >= ATTEMPTS_ALONE
            (self._hopeless if given_up else self._suspects).append(task)


def _connected(address: str) -> Any:
    # Here, because only a cluster's user should wait for this import.
    from distributed import Client

    return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]


def _prepare_worker() -> None:
    """Leave interrupts to the client, and end when it ends, however it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_client, daemon=True).start()


def _end_with_the_client() -> None:
    client = multiprocessing.parent_process()
    if client is not None:
        client.join()
        os._exit(1)
