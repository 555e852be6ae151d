"""Who does the grading: processes of this machine, or a Dask cluster; both as an executor that may lose workers."""

from collections import deque
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ThreadPoolExecutor, wait
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar

from autograder.errors import Fault
from autograder.grading.process import Process
from autograder.kernel.sandbox import NoSandbox

TaskT = TypeVar("TaskT", bound=Hashable)
DoneT = TypeVar("DoneT")

CONNECT_SECONDS = 15
LOST = "Grading it stopped the grader's process twice."


class CrewError(Fault):
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


class LocalCrew:
    """Processes of this machine, each with one warm kernel of its own and a thread that hands it tasks."""

    def __init__(self, jobs: int) -> None:
        # One task in hand and one in reach for each worker: nobody waits, and memory doesn't grow with the class.
        self.window = 2 * jobs
        self._threads = ThreadPoolExecutor(jobs)
        self._processes = [Process() for _ in range(jobs)]
        self._idle: SimpleQueue[Process] = SimpleQueue()
        for process in self._processes:
            self._idle.put(process)

    def __enter__(self) -> "LocalCrew":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if kind is not None:
            # Nobody will take what they are working on, and it may take them minutes.
            for process in self._processes:
                process.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for process in self._processes:
            process.end()

    def submit(self, function: Callable[..., Any], *args: Any) -> "Future[Any]":
        return self._threads.submit(self._do, function, *args)

    def _do(self, function: Callable[..., Any], *args: Any) -> Any:
        process = self._idle.get()
        try:
            return process.do(function, *args)
        except BrokenExecutor:
            process.renew()
            raise
        finally:
            self._idle.put(process)


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


def work(
    crew: Crew,
    tasks: Iterator[TaskT],
    start: Callable[[TaskT], tuple[Any, ...]],
    give_up: Callable[[TaskT, str], DoneT],
) -> Iterator[DoneT]:
    """Yield what comes of each task, as it comes; ``start`` returns the function and arguments to submit for one.

    A task whose process ends is repeated once, alone: perhaps it was another one that took all the memory. If its
    process ends again, or if it raises, ``give_up`` makes a result of it; NoSandbox is raised.
    """
    shift = _Shift(crew, start)
    while shift.fill(tasks):
        for task, future in shift.finished():
            yield _outcome(task, future, give_up)


def _outcome(task: TaskT, future: "Future[Any]", give_up: Callable[[TaskT, str], DoneT]) -> DoneT:
    error = future.exception()
    if isinstance(error, NoSandbox):
        raise error
    if isinstance(error, BrokenExecutor):
        return give_up(task, LOST)
    if error is not None:
        return give_up(task, f"The grader failed on it: {type(error).__name__}: {error}")
    done: DoneT = future.result()
    return done


class _Shift(Generic[TaskT]):
    """The tasks that are under way, and those that have ended a process and are to be repeated alone."""

    def __init__(self, crew: Crew, start: Callable[[TaskT], tuple[Any, ...]]) -> None:
        self._crew = crew
        self._start = start
        self._running: dict[Future[Any], TaskT] = {}
        self._suspects: deque[TaskT] = deque()
        self._repeated: set[TaskT] = set()

    def fill(self, tasks: Iterator[TaskT]) -> bool:
        """Put tasks under way, a suspect alone; False when there is nothing left to wait for."""
        if self._suspects and not self._running:
            self._submit(self._suspects.popleft())
            return True
        while not self._suspects and len(self._running) < self._crew.window:
            task = next(tasks, None)
            if task is None:
                break
            self._submit(task)
        return bool(self._running)

    def finished(self) -> Iterator[tuple[TaskT, "Future[Any]"]]:
        """Wait, and yield the tasks that have come to their end."""
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for future in done:
            task = self._running.pop(future)
            if isinstance(future.exception(), BrokenExecutor) and task not in self._repeated:
                self._repeated.add(task)
                self._suspects.append(task)
            else:
                yield task, future

    def _submit(self, task: TaskT) -> None:
        self._running[self._crew.submit(*self._start(task))] = task


def _connected(address: str) -> Any:
    # Here, because only a cluster's user should wait for this import.
    from distributed import Client

    return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
