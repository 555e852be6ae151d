"""``results.jsonl``: every result, a line each, written so that a crash loses no more than the lines under way.

Readers stream: a class of any size needs the memory of its names, not of its results.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from autograder.grading.files import replacing
from autograder.grading.result import Result, from_record, to_record

NAME = "results.jsonl"

Key = tuple[str, str]


class Journal:
    """The results under an output folder, written by one process; opening drops a line that a crash cut off."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._file: BinaryIO | None = None

    def __enter__(self) -> "Journal":
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("ab")
        self._file.truncate(_length_of_whole_lines(self.path))
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def append(self, results: Iterable[Result]) -> None:
        """Write results and wait until the disk has them."""
        if self._file is None:
            raise RuntimeError("the journal is not open")
        self._file.write(b"".join(json.dumps(to_record(result)).encode("ascii") + b"\n" for result in results))
        self._file.flush()
        os.fsync(self._file.fileno())

    def identities(self) -> dict[Key, tuple[str, str, str]]:
        """Return (SHA-256, release, time) of what was graded last by student and unit, without the grader's faults."""
        return {
            _key(record): (record["sha256"], record["release"], record["submitted"])
            for _, record in _last_records(self.path)
            if not record["fault"]
        }

    def results(self) -> Iterator[Result]:
        """Yield the last result of each student and unit."""
        return (from_record(record) for _, record in _last_records(self.path))

    def compact(self, without: str | None = None) -> int:
        """Keep only the last result of each student and unit, and none of student ``without``; return how many went."""
        lines = _count_lines(self.path)
        total = sum(1 for _ in _records(self.path))
        kept = [offset for offset, record in _last_records(self.path) if record["student"] != without]
        if len(kept) < lines:
            self._keep(kept)
        return total - len(kept)

    def _keep(self, offsets: list[int]) -> None:
        was_open = self._file is not None
        self.__exit__()
        with self.path.open("rb") as lines, replacing(self.path) as compacted:
            for offset in offsets:
                lines.seek(offset)
                compacted.write(lines.readline())
        if was_open:
            self.__enter__()


def _last_records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    last = {_key(record): offset for offset, record in _records(path)}
    return ((offset, record) for offset, record in _records(path) if last[_key(record)] == offset)


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    if not path.exists():
        return
    offset = 0
    with path.open("rb") as lines:
        for line in lines:
            record = _record(line)
            if record is not None:
                yield offset, record
            offset += len(line)


def _record(line: bytes) -> dict[str, Any] | None:
    """Return a line's record, or None for what a crash (half a line) or a power cut (a block of NULs) leaves behind."""
    try:
        record = json.loads(line)
        from_record(record)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(record)


def _key(record: dict[str, Any]) -> Key:
    return record["student"], record["unit"]


def _length_of_whole_lines(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(len(line) for line in lines if line.endswith(b"\n"))


def _count_lines(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open("rb") as lines:
        return sum(1 for _ in lines)
