"""What a cell prints: kept up to a limit, and forgotten beyond it."""

import io
import sys


class Tape(io.RawIOBase):
    """A writable stream that keeps its first ``limit`` bytes and accepts, but drops, the rest."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]
        self._kept += view.cast("B")[: self._limit - len(self._kept)]
        return view.nbytes

    def text(self) -> str:
        """Return what was kept, with a last line that says so if something may have been dropped."""
        text = bytes(self._kept).decode("utf-8", "replace")
        return text if len(self._kept) < self._limit else text + "\n[the rest of the output was dropped]"


def record(limit: int) -> Tape:
    """Let standard output and error of this process go to a new tape, and return it."""
    tape = Tape(limit)
    # Straight onto the tape: what sits in a buffer when the process is killed, or the text asked for, is missing.
    stream = io.TextIOWrapper(tape, encoding="utf-8", errors="backslashreplace", write_through=True)  # type: ignore[type-var]
    sys.stdout = sys.stderr = stream
    return tape
