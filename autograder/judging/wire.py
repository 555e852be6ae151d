"""How values cross a channel: one frame is a JSON header and the raw bytes of its tensors; nothing is ever unpickled.

The judge's end treats what it receives as hostile: sizes are bounded, dtypes are from a list, and anything malformed
is a :class:`BadFrame`.
"""

import json
import math
import socket
import struct
import time
from typing import Any

import torch
from torch import Tensor

from autograder.judging.subject import Callback, Handle, Library, Opaque, Seeded, StudentError

MAX_FRAME = 64 * 2**20
MAX_TEXT = 2_000
READ_AHEAD = 2**16
LARGEST_READ = 2**20
SHORTEST = 1e-3
LARGEST_INT = 2**63
DTYPES = {
    str(dtype): dtype
    for dtype in (
        torch.float32,
        torch.float64,
        torch.float16,
        torch.bfloat16,
        torch.int64,
        torch.int32,
        torch.int16,
        torch.int8,
        torch.uint8,
        torch.bool,
        torch.complex64,
        torch.complex128,
    )
}
_HEADER = struct.Struct("!II")


class BadFrame(Exception):
    """What arrived is not a frame of this protocol."""


def encode(value: Any, callbacks: dict[int, Callback] | None = None) -> bytes:
    """Return the frame of a value; callbacks met in it are entered into ``callbacks`` by number."""
    buffers: list[bytes] = []
    header = json.dumps(_pack(value, buffers, callbacks if callbacks is not None else {})).encode()
    body = b"".join(buffers)
    return _HEADER.pack(len(header), len(body)) + header + body


def decode(frame: bytes) -> Any:
    """Return the value of a frame; numbered callbacks come back as :class:`Callback` around their number's caller."""
    try:
        header_length, body_length = _HEADER.unpack_from(frame)
        header = frame[_HEADER.size : _HEADER.size + header_length]
        body = memoryview(frame)[_HEADER.size + header_length :]
        if len(header) != header_length or len(body) != body_length:
            raise BadFrame("a frame of the wrong length")
        return _unpack(json.loads(header), body)
    except BadFrame:
        raise
    except Exception as error:
        # Whatever a hostile frame makes of json, torch or the memory, it is the frame that is bad.
        raise BadFrame(f"{type(error).__name__}: {error}"[:MAX_TEXT]) from None


class Channel:
    """Frames over a connected stream socket, until a deadline (seconds of time.monotonic) if one is set.

    ``ahead`` lets it read more than the frame at hand, which saves system calls; not where descriptors are passed, too.
    """

    def __init__(self, connection: socket.socket, ahead: bool = True) -> None:
        self._connection = connection
        self._least = READ_AHEAD if ahead else 0
        self._read = bytearray()
        self._deadline: float | None = None

    @property
    def deadline(self) -> float | None:
        return self._deadline

    @deadline.setter
    def deadline(self, deadline: float | None) -> None:
        """Set the moment after which nothing waits any more; a single wait may last until then, counted from now."""
        self._deadline = deadline
        self._connection.settimeout(None if deadline is None else max(deadline - time.monotonic(), SHORTEST))

    def send(self, frame: bytes) -> None:
        self._check_time()
        self._connection.sendall(frame)

    def receive(self) -> bytes:
        self._read_until(_HEADER.size)
        length = _HEADER.size + sum(_HEADER.unpack_from(self._read))
        if length > MAX_FRAME:
            raise BadFrame(f"a frame of {length} bytes, where {MAX_FRAME} is the limit")
        self._read_until(length)
        frame = bytes(self._read[:length])
        del self._read[:length]
        return frame

    def close(self) -> None:
        self._connection.close()

    def _read_until(self, count: int) -> None:
        while len(self._read) < count:
            self._check_time()
            part = self._connection.recv(min(max(count - len(self._read), self._least), LARGEST_READ))
            if not part:
                raise EOFError("the other end closed the channel")
            self._read += part

    def _check_time(self) -> None:
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise TimeoutError("the time limit passed")


def pack_error(error: StudentError) -> dict[str, str]:
    """Return a student's error as a JSON object."""
    return {"kind": error.kind[:MAX_TEXT], "text": error.text[:MAX_TEXT], "line": error.line[:MAX_TEXT]}


def unpack_error(fields: Any) -> StudentError:
    """Return the student's error of a JSON object, whatever is in it."""
    if not isinstance(fields, dict):
        return StudentError("Error", "unknown")
    kind, text, line = (str(fields.get(key, ""))[:MAX_TEXT] for key in ("kind", "text", "line"))
    return StudentError(kind or "Error", text, line)


def _pack(value: Any, buffers: list[bytes], callbacks: dict[int, Callback]) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": str(value)}
    if isinstance(value, list):
        return [_pack(item, buffers, callbacks) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [_pack(item, buffers, callbacks) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[_pack(k, buffers, callbacks), _pack(v, buffers, callbacks)] for k, v in value.items()]}
    if isinstance(value, Tensor):
        return {"tensor": _pack_tensor(value, buffers)}
    if isinstance(value, Handle):
        return {"handle": value.id}
    if isinstance(value, Library):
        return {"library": value.path}
    if isinstance(value, Seeded):
        return {"seeded": value.seed}
    if isinstance(value, Opaque):
        return {"opaque": [value.type_name, value.text]}
    if isinstance(value, Callback):
        callbacks[len(callbacks)] = value
        return {"callback": len(callbacks) - 1}
    raise TypeError(f"a {type(value).__name__} can't cross the channel")


def _pack_tensor(value: Tensor, buffers: list[bytes]) -> dict[str, Any]:
    flat = value.detach().contiguous().reshape(-1)
    raw = bytes(flat.view(torch.uint8).numpy()) if flat.numel() else b""
    start = sum(map(len, buffers))
    buffers.append(raw)
    return {
        "dtype": str(value.dtype),
        "shape": list(value.shape),
        "start": start,
        "bytes": len(raw),
        "requires_grad": value.requires_grad,
    }


def clean(text: str) -> str:
    """Return text that every file and database takes: without half characters (surrogates) and null bytes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def _unpack(value: Any, body: memoryview) -> Any:
    if isinstance(value, list):
        return [_unpack(item, body) for item in value]
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int) and not isinstance(value, bool) and not -LARGEST_INT <= value < LARGEST_INT:
        raise BadFrame("an integer of more than 64 bits")
    if not isinstance(value, dict):
        return value
    ((tag, content),) = value.items()
    if tag == "tuple":
        return tuple(_unpack(item, body) for item in content)
    if tag == "dict":
        return {_unpack(key, body): _unpack(item, body) for key, item in content}
    if tag == "tensor":
        return _unpack_tensor(content, body)
    if tag == "float":
        return float(content)
    if tag == "handle":
        return Handle(int(content))
    if tag == "library":
        return Library(str(content))
    if tag == "seeded":
        return Seeded(int(content))
    if tag == "opaque":
        return Opaque(clean(str(content[0]))[:MAX_TEXT], clean(str(content[1]))[:MAX_TEXT])
    if tag == "callback":
        return Callback(NumberedCallback(int(content)))
    raise BadFrame(f"an unknown tag {tag!r}")


class NumberedCallback:
    """Stands for a judge's function until the serving end fills in how to reach it."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise BadFrame("a callback was called outside a served request")


def _unpack_tensor(content: Any, body: memoryview) -> Tensor:
    dtype, shape = DTYPES[content["dtype"]], [int(size) for size in content["shape"]]
    start, count = int(content["start"]), int(content["bytes"])
    if start < 0 or any(size < 0 for size in shape) or len(shape) > 16:
        raise BadFrame("a tensor of negative size")
    if math.prod(shape) * dtype.itemsize != count or start + count > len(body):
        raise BadFrame("a tensor whose bytes don't fit its shape")
    if count == 0:
        made = torch.empty(shape, dtype=dtype)
    else:
        raw = torch.frombuffer(bytearray(body[start : start + count]), dtype=torch.uint8)
        made = (raw != 0 if dtype == torch.bool else raw.view(dtype)).reshape(shape)
    return made.requires_grad_() if content["requires_grad"] and dtype.is_floating_point else made
