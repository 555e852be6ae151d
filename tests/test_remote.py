"""A component in another process answers as it would in this one; whatever else comes back is the student's error."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from autograder.judging.inprocess import InProcessSubject
from autograder.judging.remote import RemoteSubject, serve
from autograder.judging.subject import COMPONENT, Callback, Handle, Library, Opaque, Seeded, StudentError, Subject
from autograder.judging.wire import Channel, decode, encode


class Scale(nn.Module):
    """A module with a parameter and a buffer."""

    def __init__(self, size: int, factor: float = 2.0) -> None:
        super().__init__()
        if size < 1:
            raise ValueError(f"size is {size}")
        self.weight = nn.Parameter(torch.full((size,), factor))
        self.register_buffer("calls", torch.zeros((), dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight


@contextmanager
def remote(component: Any) -> Iterator[RemoteSubject]:
    here, there = socket.socketpair()
    server = threading.Thread(target=serve, args=(Channel(there), InProcessSubject(component)))
    server.start()
    subject = RemoteSubject(Channel(here))
    yield subject
    subject.close()
    server.join(5)
    assert not server.is_alive()


@pytest.fixture(params=["here", "there"])
def subject_of(request: pytest.FixtureRequest) -> Iterator[Callable[[Any], Subject]]:
    """Make a subject in this process or behind a channel: every test that takes this runs on both sides of the seam."""
    if request.param == "here":
        yield InProcessSubject
        return
    opened = []

    def make(component: Any) -> Subject:
        context = remote(component)
        opened.append(context)
        return context.__enter__()

    yield make
    for context in opened:
        context.__exit__(None, None, None)


def test_a_call_returns_a_value(subject_of: Callable[[Any], Subject]) -> None:
    subject = subject_of(lambda x, *, by=1: (x + by, {"by": by}))
    value, extra = subject.call(COMPONENT, (torch.ones(2),), {"by": 3})
    assert value.tolist() == [4, 4]
    assert extra == {"by": 3}


def test_a_call_that_raises_is_the_student_s_error_with_its_line(subject_of: Callable[[Any], Subject]) -> None:
    def fails(x: Tensor) -> None:
        raise KeyError("lost")

    with pytest.raises(StudentError) as caught:
        subject_of(fails).call(COMPONENT, (torch.ones(1),), {})
    assert caught.value.kind == "KeyError"
    assert 'raise KeyError("lost")' in caught.value.line


def test_arguments_are_fresh_copies(subject_of: Callable[[Any], Subject]) -> None:
    x = torch.ones(3)
    after = subject_of(lambda x: x.zero_()).call_and_look_back(COMPONENT, (x,), {})
    assert after.args[0].tolist() == [0, 0, 0]
    assert x.tolist() == [1, 1, 1]


def test_an_instance_can_be_built_filled_called_and_differentiated(subject_of: Callable[[Any], Subject]) -> None:
    subject = subject_of(Scale)
    made = subject.construct(COMPONENT, (3,), {"factor": 5.0})
    assert subject.attribute(made, "weight").tolist() == [5, 5, 5]
    subject.set_state(made, {"weight": torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)})
    assert subject.get_state(made)["weight"].dtype == torch.float64
    assert set(subject.get_state(made)) == {"weight", "calls"}
    x = torch.ones(3, dtype=torch.float64)
    found = subject.grad(made, (x,), {}, [torch.tensor([1.0, 10.0, 100.0], dtype=torch.float64)])
    assert found.value.tolist() == [1, 2, 3]
    assert found.by_leaf["args.0"] is not None and found.by_leaf["args.0"].tolist() == [1, 20, 300]
    assert found.by_leaf["state.weight"] is not None and found.by_leaf["state.weight"].tolist() == [1, 10, 100]
    subject.call(made, (False,), {}, method="train")
    assert subject.attribute(made, "training") is False


def test_a_failing_constructor_is_the_student_s_error(subject_of: Callable[[Any], Subject]) -> None:
    with pytest.raises(StudentError, match="size is 0"):
        subject_of(Scale).construct(COMPONENT, (0,), {})


def test_an_unknown_parameter_is_named(subject_of: Callable[[Any], Subject]) -> None:
    subject = subject_of(Scale)
    made = subject.construct(COMPONENT, (2,), {})
    with pytest.raises(StudentError, match="no parameter named 'wait'"):
        subject.set_state(made, {"wait": torch.ones(2)})


def test_a_library_s_object_can_be_an_argument(subject_of: Callable[[Any], Subject]) -> None:
    subject = subject_of(lambda layer, x: layer(x).shape[-1])
    layer = subject.construct(Library("torch.nn.Linear"), (2, 5), {})
    assert subject.call(COMPONENT, (layer, torch.ones(1, 2)), {}) == 5


def test_a_generator_is_made_where_it_is_used(subject_of: Callable[[Any], Subject]) -> None:
    subject = subject_of(lambda generator: torch.rand(2, generator=generator))
    first, again = (subject.call(COMPONENT, (Seeded(3),), {}) for _ in range(2))
    assert torch.equal(first, again)


def test_a_callback_runs_on_the_judge_s_side(subject_of: Callable[[Any], Subject]) -> None:
    seen = []

    def step(x: Tensor, *, times: int = 1) -> Tensor:
        seen.append((x.tolist(), times))
        return x * times

    value = subject_of(lambda step, x: step(step(x, times=2), times=3)).call(
        COMPONENT, (Callback(step), torch.ones(1)), {}
    )
    assert value.tolist() == [6]
    assert seen == [([1.0], 2), ([2.0], 3)]


def test_a_callback_that_cannot_be_called_so_is_the_student_s_error() -> None:
    with remote(lambda step: step("too", "many")) as subject, pytest.raises(StudentError, match="that you were given"):
        subject.call(COMPONENT, (Callback(lambda one: one),), {})


def test_what_is_no_value_arrives_as_its_type_s_name(subject_of: Callable[[Any], Subject]) -> None:
    value = subject_of(lambda: object()).call(COMPONENT, (), {})
    assert isinstance(value, Opaque)
    assert value.type_name == "object"


@pytest.mark.parametrize("raised", [KeyboardInterrupt, GeneratorExit, SystemExit])
def test_no_exception_ends_the_serving(raised: type[BaseException]) -> None:
    def raises(really: bool) -> int:
        if really:
            raise raised
        return 1

    with remote(raises) as subject:
        with pytest.raises(StudentError):
            subject.call(COMPONENT, (True,), {})
        assert subject.call(COMPONENT, (False,), {}) == 1


def answering(*replies: bytes) -> RemoteSubject:
    """Return a subject whose other end answers with these bytes, whatever it is asked, and is gone then."""
    here, there = socket.socketpair()

    def answer() -> None:
        for reply in replies:
            Channel(there).receive()
            there.sendall(reply)
        there.close()

    threading.Thread(target=answer, daemon=True).start()
    return RemoteSubject(Channel(here))


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"\xff" * 64,
        encode("value"),
        encode(("value", 1)),
        encode(("value", (1, 2, 3))),
        encode(("value", (1, (2,), {3: 4}))),
        encode(("error", None)),
        encode(("callback", 0, (), {})),
        encode(("value", {1: torch.ones(1)})),
        encode(("value", {"weight": 1})),
    ],
)
@pytest.mark.parametrize(
    "ask",
    [
        lambda subject: subject.construct(COMPONENT, (), {}),
        lambda subject: subject.get_state(COMPONENT),
        lambda subject: subject.grad(COMPONENT, (), {}, []),
    ],
)
def test_a_malformed_answer_is_the_student_s_error(reply: bytes, ask: Callable[[Subject], Any]) -> None:
    with pytest.raises(StudentError):
        ask(answering(reply))


def test_after_the_channel_broke_every_request_fails_as_the_first_did() -> None:
    subject = answering(b"\xff" * 64)
    with pytest.raises(StudentError) as first:
        subject.call(COMPONENT, (), {})
    with pytest.raises(StudentError) as second:
        subject.call(COMPONENT, (), {})
    assert str(first.value) == str(second.value)
    assert subject.broken


def test_the_cause_of_the_end_is_asked_for() -> None:
    here, there = socket.socketpair()
    there.close()
    subject = RemoteSubject(Channel(here), why=lambda: StudentError("ProcessDied", "eaten"))
    with pytest.raises(StudentError, match="eaten"):
        subject.call(COMPONENT, (), {})


def test_serving_goes_on_with_the_next_subject_on_the_same_channel() -> None:
    here, there = socket.socketpair()
    channel = Channel(there)

    def serve_two() -> None:
        serve(channel, InProcessSubject(lambda: 1))
        serve(channel, InProcessSubject(lambda: 2))

    threading.Thread(target=serve_two, daemon=True).start()
    requests = Channel(here)
    values = []
    for _ in range(2):
        subject = RemoteSubject(requests)
        values.append(subject.call(COMPONENT, (), {}))
        subject.close()
    assert values == [1, 2]


def test_a_handle_is_of_no_use_on_the_judge_s_side() -> None:
    with remote(lambda handle: decode(encode(Handle(7)))) as subject:
        assert subject.call(COMPONENT, (1,), {}) == Handle(7)
