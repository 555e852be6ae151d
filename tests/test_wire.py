"""How values cross a channel: whole, or not at all."""

import contextlib
import math
import socket
import struct
import threading
import time

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from autograder.judging.subject import Callback, Handle, Library, Opaque, Seeded, StudentError, leaves
from autograder.judging.wire import DTYPES, MAX_FRAME, BadFrame, Channel, decode, encode, pack_error, unpack_error

TENSORS = st.builds(
    lambda dtype, shape, grad: (
        torch.arange(math.prod(shape)).reshape(shape).to(dtype).requires_grad_(grad and dtype.is_floating_point)
    ),
    st.sampled_from(list(DTYPES.values())),
    st.lists(st.integers(0, 3), max_size=3).map(tuple),
    st.booleans(),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | TEXT
PLAIN = st.builds(Handle, st.integers(0, 99)) | st.builds(Seeded, st.integers(0, 2**60)) | st.builds(Library, TEXT)
VALUES = st.recursive(
    SCALARS | PLAIN | TENSORS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(TEXT | st.integers(-9, 9), inner, max_size=3)
    ),
    max_leaves=8,
)


def same(one: object, other: object) -> bool:
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        alike = one.dtype == other.dtype and one.shape == other.shape and one.requires_grad == other.requires_grad
        return alike and torch.equal(one, other)
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and one == other


@settings(deadline=None)
@given(VALUES)
def test_what_arrives_is_what_was_sent(value: object) -> None:
    sent, arrived = leaves(value), leaves(decode(encode(value)))
    assert [path for path, _ in sent] == [path for path, _ in arrived]
    assert all(same(one, other) for (_, one), (_, other) in zip(sent, arrived, strict=True))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_anything_but_a_value_or_a_bad_frame(noise: bytes) -> None:
    with contextlib.suppress(BadFrame):
        decode(struct.pack("!II", len(noise), 0) + noise)


@settings(deadline=None)
@given(VALUES, st.data())
def test_a_damaged_frame_makes_a_value_or_a_bad_frame(value: object, data: st.DataObject) -> None:
    frame = bytearray(encode(value))
    place = data.draw(st.integers(0, len(frame) - 1))
    frame[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BadFrame):
        decode(bytes(frame))


@pytest.mark.parametrize(
    "header",
    [
        b"[" * 100_000,
        b'{"tuple":[' * 100_000,
        b"9" * 5_000,
        b"9223372036854775808",
        b'{"tensor":{"dtype":"torch.float32","shape":[1e99],"start":0,"bytes":0,"requires_grad":false}}',
        b'{"tensor":{"dtype":"torch.float32","shape":[4611686018427387904,4],"start":0,"bytes":0,"requires_grad":false}}',
        b'{"tensor":{"dtype":"torch.float32","shape":[2],"start":0,"bytes":8,"requires_grad":false}}',
        b'{"tensor":{"dtype":"torch.quint8","shape":[],"start":0,"bytes":0,"requires_grad":false}}',
        b'{"handle":1e400}',
        b'{"handle":1,"tuple":[]}',
        b'{"dict":[[[],1]]}',
        b'{"pickle":"gASVAAAA"}',
        b"{}",
    ],
)
def test_a_hostile_header_is_a_bad_frame(header: bytes) -> None:
    with pytest.raises(BadFrame):
        decode(struct.pack("!II", len(header), 0) + header)


def test_text_that_no_file_takes_is_cleaned() -> None:
    header = b'"\\ud800 and \\u0000"'
    text = decode(struct.pack("!II", len(header), 0) + header)
    assert text.encode() and "\0" not in text


def test_a_byte_that_is_neither_true_nor_false_becomes_true() -> None:
    frame = encode(torch.tensor([True]))[:-1] + b"\x07"
    assert decode(frame).tolist() == [True]


def test_an_arrived_tensor_shares_no_memory_with_another() -> None:
    frame = encode((torch.zeros(2), torch.zeros(2)))
    first, second = decode(frame)
    first.add_(1)
    assert second.tolist() == [0, 0]


def test_what_has_no_place_in_the_protocol_is_refused_before_it_is_sent() -> None:
    with pytest.raises(TypeError, match="a set can't cross the channel"):
        encode({"x": {1, 2}})


def test_callbacks_are_numbered_in_the_order_in_which_they_are_met() -> None:
    met: dict[int, Callback] = {}
    one, two = Callback(print), Callback(len)
    encode((one, [two]), met)
    assert met == {0: one, 1: two}


def test_an_opaque_value_keeps_its_type_s_name_and_a_short_text() -> None:
    assert decode(encode(Opaque("Thing", "x" * 9999))).text == "x" * 2000


@pytest.mark.parametrize("fields", [None, [], "error", {"kind": 7}, {"kind": "", "text": None}])
def test_any_fields_make_a_student_error(fields: object) -> None:
    assert isinstance(unpack_error(fields), StudentError)


def test_a_student_error_crosses_whole() -> None:
    error = unpack_error(pack_error(StudentError("ValueError", "no", "line 3: x")))
    assert (error.kind, error.text, error.line) == ("ValueError", "no", "line 3: x")


def channels(ahead: bool = True) -> tuple[Channel, Channel]:
    here, there = socket.socketpair()
    return Channel(here, ahead), Channel(there, ahead)


@pytest.mark.parametrize("ahead", [True, False])
def test_frames_arrive_one_by_one_however_they_were_written(ahead: bool) -> None:
    here, there = socket.socketpair()
    frames = [encode("one"), encode(torch.zeros(300_000)), encode(["three"])]
    channel = Channel(there, ahead)
    writer = threading.Thread(target=lambda: [here.sendall(part) for part in (b"".join(frames[:2]), frames[2])])
    writer.start()
    assert [channel.receive() for _ in frames] == frames
    writer.join()


def test_a_channel_that_does_not_read_ahead_leaves_the_next_frame_to_others() -> None:
    here, there = socket.socketpair()
    here.sendall(encode("mine") + b"yours")
    assert decode(Channel(there, ahead=False).receive()) == "mine"
    assert there.recv(10) == b"yours"


def test_a_frame_over_the_limit_is_refused_before_it_is_read() -> None:
    here, there = socket.socketpair()
    here.sendall(struct.pack("!II", MAX_FRAME, MAX_FRAME))
    with pytest.raises(BadFrame, match="is the limit"):
        Channel(there).receive()


def test_a_closed_channel_says_so() -> None:
    here, there = channels()
    here.close()
    with pytest.raises(EOFError):
        there.receive()


def test_half_a_frame_is_the_end_too() -> None:
    here, there = socket.socketpair()
    here.sendall(encode("whole")[:-1])
    here.close()
    with pytest.raises(EOFError):
        Channel(there).receive()


def test_nothing_waits_past_the_deadline() -> None:
    _, there = channels()
    there.deadline = time.monotonic() + 0.05
    with pytest.raises(TimeoutError):
        there.receive()
    there.deadline = time.monotonic() - 1
    with pytest.raises(TimeoutError):
        there.send(encode("late"))


def test_drops_that_never_make_a_frame_do_not_outlast_the_deadline() -> None:
    here, there = socket.socketpair()
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.01):
            here.sendall(b"\0")

    here.sendall(struct.pack("!II", 10_000, 0))
    threading.Thread(target=drip, daemon=True).start()
    channel = Channel(there)
    channel.deadline = time.monotonic() + 0.2
    with pytest.raises(TimeoutError):
        channel.receive()
    stop.set()
