"""The two ends of a subject that lives in another process: :class:`RemoteSubject` asks, :func:`serve` answers."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from torch import Tensor

from autograder.judging.inprocess import error_text, student_line
from autograder.judging.subject import After, Callback, Gradients, Handle, Library, StudentError, Subject, map_leaves
from autograder.judging.wire import BadFrame, Channel, NumberedCallback, decode, encode, pack_error, unpack_error

DIED = StudentError(
    "ProcessDied",
    "the process that ran your code ended in the middle of a call: it exited, crashed, or passed a time limit or the "
    "memory limit",
)
TIMED_OUT = StudentError("TimeLimit", "your code ran longer than the time limit: is there a loop that never ends?")


class RemoteSubject:
    """A component in another process. After the channel breaks, every request fails as the first one did.

    ``why`` is asked for the cause when the other end has closed the channel.
    """

    def __init__(self, channel: Channel, why: Callable[[], StudentError] = lambda: DIED) -> None:
        self._channel = channel
        self._why = why
        self._broken: StudentError | None = None

    def construct(self, factory: Handle | Library, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Handle:
        handle = self._ask("construct", factory, tuple(args), dict(kwargs))
        if not isinstance(handle, Handle):
            self._malformed()
        return handle

    def call(self, target: Handle, args: Sequence[Any], kwargs: Mapping[str, Any], method: str = "") -> Any:
        return self._ask("call", target, tuple(args), dict(kwargs), method)

    def call_and_look_back(self, target: Handle, args: Sequence[Any], kwargs: Mapping[str, Any]) -> After:
        reply = self._ask("call_and_look_back", target, tuple(args), dict(kwargs))
        match reply:
            case (value, tuple() as after_args, dict() as after_kwargs):
                return After(value, after_args, after_kwargs)
        self._malformed()

    def attribute(self, target: Handle, path: str) -> Any:
        return self._ask("attribute", target, path)

    def get_state(self, target: Handle) -> dict[str, Tensor]:
        state = self._ask("get_state", target)
        if not _is_state(state):
            self._malformed()
        return dict(state)

    def set_state(self, target: Handle, state: Mapping[str, Tensor]) -> None:
        self._ask("set_state", target, dict(state))

    def grad(
        self, target: Handle, args: Sequence[Any], kwargs: Mapping[str, Any], cotangents: Sequence[Tensor]
    ) -> Gradients:
        reply = self._ask("grad", target, tuple(args), dict(kwargs), list(cotangents))
        match reply:
            case (value, dict() as by_leaf) if _is_state({k: v for k, v in by_leaf.items() if v is not None}):
                return Gradients(value, by_leaf)
        self._malformed()

    def close(self) -> None:
        """Tell the other end that this subject is done with; the channel stays open for the next one."""
        if not self._broken:
            with contextlib.suppress(OSError):
                self._channel.send(encode(("close", ())))

    @property
    def died(self) -> bool:
        """Whether the other end is gone, or talks nonsense, rather than late."""
        return self._broken is not None and self._broken.kind != TIMED_OUT.kind

    @property
    def broken(self) -> bool:
        """Whether the other end is of no more use."""
        return self._broken is not None

    def _ask(self, operation: str, *arguments: Any) -> Any:
        if self._broken:
            raise self._broken
        callbacks: dict[int, Callback] = {}
        try:
            self._channel.send(encode((operation, arguments), callbacks))
            return self._answer(callbacks)
        except TimeoutError:
            self._broken = TIMED_OUT
        except (EOFError, OSError):
            self._broken = self._why()
        except BadFrame as error:
            self._broken = StudentError("BadReply", f"the process that ran your code sent a malformed answer: {error}")
        raise self._broken

    def _answer(self, callbacks: dict[int, Callback]) -> Any:
        while True:
            match decode(self._channel.receive()):
                case ("value", value):
                    return value
                case ("error", fields):
                    raise unpack_error(fields)
                case ("callback", int() as number, tuple() as args, dict() as kwargs) if number in callbacks:
                    self._channel.send(encode(_called(callbacks[number], args, kwargs)))
                case _:
                    raise BadFrame("an answer of an unknown kind")

    def _malformed(self) -> NoReturn:
        raise StudentError("BadReply", "the process that ran your code sent a malformed answer")


def serve(channel: Channel, subject: Subject) -> None:
    """Answer requests with a subject of this process until the other end is done with it; EOFError if it is gone."""
    while True:
        operation, arguments = decode(channel.receive())
        if operation == "close":
            subject.close()
            return
        channel.send(encode(_reply(channel, subject, operation, arguments)))


def _reply(channel: Channel, subject: Subject, operation: str, arguments: Any) -> tuple[str, Any]:
    connected = map_leaves(lambda leaf: _connect(leaf, channel), arguments)
    try:
        value = getattr(subject, operation)(*connected)
    except StudentError as error:
        return "error", pack_error(error)
    except BaseException as error:
        # Such as a KeyboardInterrupt that the student raised: in this process nobody else does.
        return "error", pack_error(StudentError(type(error).__name__, error_text(error), student_line(error)))
    if isinstance(value, After):
        return "value", (value.value, value.args, value.kwargs)
    if isinstance(value, Gradients):
        return "value", (value.value, value.by_leaf)
    return "value", value


def _connect(leaf: Any, channel: Channel) -> Any:
    if isinstance(leaf, Callback) and isinstance(leaf.function, NumberedCallback):
        number = leaf.function.number
        return Callback(lambda *args, **kwargs: _call_back(channel, number, args, kwargs))
    return leaf


def _call_back(channel: Channel, number: int, args: Any, kwargs: Any) -> Any:
    channel.send(encode(("callback", number, tuple(args), dict(kwargs))))
    match decode(channel.receive()):
        case ("value", value):
            return value
        case ("error", fields):
            raise unpack_error(fields)
    raise BadFrame("an answer of an unknown kind")


def _called(callback: Callback, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, Any]:
    """Call a judge's function with a student's arguments; what it can't make sense of is the student's error."""
    try:
        return "value", callback.function(*args, **kwargs)
    except Exception as error:
        return "error", pack_error(StudentError(type(error).__name__, f"in a function that you were given: {error}"))


def _is_state(state: Any) -> bool:
    return isinstance(state, dict) and all(isinstance(k, str) and isinstance(v, Tensor) for k, v in state.items())
