"""``results.jsonl``: every result, a line each, written so that a crash loses no more than the lines under way."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from autograder.grading.files import write_atomically
from autograder.grading.result import Result, from_record, to_record

NAME = "results.jsonl"


class Journal:
    """The results under an output folder, written by one process; opening drops a line that a crash cut off."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._file: BinaryIO | None = None

    def __enter__(self) -> "Journal":
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("ab")
        whole = _length_of_whole_lines(self.path)
        if whole < self._file.tell():
            self._file.truncate(whole)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def append(self, results: Iterable[Result]) -> None:
        """Write results and wait until the disk has them."""
        if self._file is None:
            raise RuntimeError("the journal is not open")
        self._file.write(b"".join(_line(result) for result in results))
        self._file.flush()
        os.fsync(self._file.fileno())

    def latest(self) -> dict[tuple[str, str], Result]:
        """Return the last result of each student and unit, in the order in which these first came."""
        return latest(self.path)

    def compact(self) -> None:
        """Keep only the last result of each student and unit."""
        results = self.latest()
        if len(results) < _count_lines(self.path):
            self.replace(results.values())

    def replace(self, results: Iterable[Result]) -> None:
        """Put these results in the place of all, at once."""
        was_open = self._file is not None
        self.__exit__()
        write_atomically(self.path, b"".join(_line(result) for result in results))
        if was_open:
            self.__enter__()


def latest(path: Path) -> dict[tuple[str, str], Result]:
    """Return the last result of each student and unit in a journal; empty if there is none."""
    found: dict[tuple[str, str], Result] = {}
    for result in _results(path):
        found[result.key] = result
    return found


def _results(path: Path) -> Iterator[Result]:
    if not path.exists():
        return
    with path.open("rb") as lines:
        for line in lines:
            try:
                yield from_record(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError):
                # A crash leaves half a line behind, a power cut a block of NULs; the submission is graded again.
                continue


def _line(result: Result) -> bytes:
    return json.dumps(to_record(result)).encode("ascii") + b"\n"


def _length_of_whole_lines(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(len(line) for line in lines if line.endswith(b"\n"))


def _count_lines(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for _ in lines)
