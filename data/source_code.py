"""The functions of the standard library's source: a corpus that is on every machine that runs Python."""

import ast
import json
import re
import sysconfig
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "code-held-out.json"
LEFT_OUT: Final = frozenset(
    ("test", "tests", "idle_test", "site-packages", "dist-packages", "lib2to3", "turtledemo", "ensurepip")
    + ("encodings", "idlelib", "pydoc_data", "distutils")
)
"""Folders that are tests, tables of characters, or not in every installation."""

HELD_OUT_OF: Final = 10  # one file in so many is held out
LONGEST_SENTENCE: Final = 24  # words
WORD: Final = re.compile(r"[A-Za-z0-9]+|[^A-Za-z0-9\s]")

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Function:
    """A function or method: its file in the library, its name after its class's, its source without docstrings."""

    file: str
    name: str
    source: str

    @property
    def held_out(self) -> bool:
        """Whether its file is kept from training; the same files whatever the version of Python."""
        return zlib.crc32(self.file.encode()) % HELD_OUT_OF == 0

    @property
    def sentences(self) -> list[str]:
        """Its lines in order, as many to a sentence as ``LONGEST_SENTENCE`` words allow; a longer line stands alone."""
        return list(_joined(self.source.splitlines()))


def words(text: str) -> list[str]:
    """Return the runs of letters and digits of a text in ASCII, and every other character but white space by itself."""
    return WORD.findall(text)


def functions(root: Path | None = None) -> tuple[Function, ...]:
    """Return all functions of the standard library in ASCII, none twice, in the order of their files.

    root: another folder of Python files to read instead. Functions inside functions are a part of these.
    """
    root = root or Path(sysconfig.get_path("stdlib"))
    files = sorted(path for path in root.rglob("*.py") if LEFT_OUT.isdisjoint(path.relative_to(root).parts))
    found = (function for path in files for function in _functions_in(path, path.relative_to(root).as_posix()))
    return tuple({function.source: function for function in found}.values())


def held_out(file: Path = FILE) -> tuple[Function, ...]:
    """Return the held-out functions that ship with the course, those of one version of Python for everybody."""
    return tuple(Function(**entry) for entry in json.loads(file.read_text(encoding="utf-8")))


def save(kept: Sequence[Function], file: Path = FILE) -> Path:
    """Write functions as JSON, one to a line."""
    lines = ",\n".join(json.dumps(asdict(function)) for function in kept)
    file.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    return file


def _functions_in(path: Path, name: str) -> Iterator[Function]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError):  # a few files of the library are not meant to be read
        return
    for owner, node in _outermost(tree, ""):
        source = ast.unparse(_without_docstrings(node))
        if source.isascii():
            yield Function(name, owner + node.name, source)


def _outermost(tree: ast.Module | ast.ClassDef, owner: str) -> Iterator[tuple[str, AnyFunction]]:
    for node in tree.body:
        if isinstance(node, AnyFunction):
            yield owner, node
        elif isinstance(node, ast.ClassDef):
            yield from _outermost(node, f"{owner}{node.name}.")


def _without_docstrings(function: AnyFunction) -> AnyFunction:
    for node in ast.walk(function):
        if isinstance(node, AnyFunction | ast.ClassDef) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return function


def _joined(lines: list[str]) -> Iterator[str]:
    sentence: list[str] = []
    count = 0
    for line in lines:
        length = len(words(line))
        if sentence and count + length > LONGEST_SENTENCE:
            yield "\n".join(sentence)
            sentence, count = [], 0
        sentence.append(line)
        count += length
    if sentence:
        yield "\n".join(sentence)
