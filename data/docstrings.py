"""First sentences of the standard library's docstrings, each with the package that it comes from: a task of topics.

The text changes with Python's version, so a sample is kept beside this file; ``build`` makes it again.
"""

import ast
import json
import random
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "docstrings.json"
PACKAGES = (
    "asyncio",
    "distutils",
    "email",
    "encodings",
    "http",
    "idlelib",
    "importlib",
    "lib2to3",
    "logging",
    "multiprocessing",
    "tkinter",
    "unittest",
    "urllib",
    "xml",
)
SHORTEST, LONGEST = 4, 20  # words of a sentence
MOST = 160  # sentences of one package
HELD_OUT = 400
SEED = 0


@dataclass(frozen=True)
class Sentence:
    """A docstring's first sentence, the name of what it documents, and the number of its package in PACKAGES."""

    text: str
    name: str
    label: int


@dataclass(frozen=True)
class Topics:
    """Sentences to take examples from and sentences to ask about; no sentence is in both."""

    pool: tuple[Sentence, ...]
    held_out: tuple[Sentence, ...]

    def sample(self, count: int, seed: int) -> tuple[Sentence, ...]:
        """Return ``count`` examples of the pool, drawn without regard to their packages."""
        return tuple(random.Random(seed).sample(self.pool, count))


def load() -> Topics:
    """Return the sample that ships with the course, split always in the same way."""
    rows = [Sentence(*row) for row in json.loads(FILE.read_text(encoding="utf-8"))["sentences"]]
    random.Random(SEED).shuffle(rows)
    return Topics(tuple(rows[HELD_OUT:]), tuple(rows[:HELD_OUT]))


def build() -> Path:
    """Collect the sentences of this Python's own library and write them beside this file."""
    rows = [[one.text, one.name, one.label] for one in collected(Path(sysconfig.get_paths()["stdlib"]))]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    packages = json.dumps(PACKAGES)
    FILE.write_text(f'{{"packages": {packages},\n"sentences": [\n{lines}\n]}}\n', encoding="utf-8")
    return FILE


def collected(library: Path) -> list[Sentence]:
    """Return up to MOST sentences of each package, chosen by chance; a sentence that two packages share is left out."""
    found = {package: sorted(set(sentences(library / package, package))) for package in PACKAGES}
    owners: dict[str, set[str]] = {}
    for package, pairs in found.items():
        for text, _ in pairs:
            owners.setdefault(text, set()).add(package)
    rows = []
    for label, package in enumerate(PACKAGES):
        by_text = {text: name for text, name in found[package] if len(owners[text]) == 1}
        chosen = random.Random(SEED).sample(sorted(by_text), min(MOST, len(by_text)))
        rows += [Sentence(text, by_text[text], label) for text in sorted(chosen)]
    return rows


def sentences(folder: Path, package: str) -> Iterator[tuple[str, str]]:
    """Yield (first sentence, dotted name) of every module, class and function with a docstring below a folder."""
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        if {"test", "tests", "__main__"} & set(parts):
            continue
        module = ".".join((package, *(part for part in parts if part != "__init__")))
        tree = ast.parse(path.read_text(encoding="utf-8", errors="replace"))
        yield from documented(tree, module)


def documented(node: ast.AST, name: str) -> Iterator[tuple[str, str]]:
    """Yield (first sentence, dotted name) of a node and of all that is defined in it."""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        text = first_sentence(ast.get_docstring(node) or "")
        if SHORTEST <= len(text.split()) <= LONGEST and text.isascii():
            yield text, name
        for child in node.body:
            yield from documented(child, f"{name}.{getattr(child, 'name', '')}")


def first_sentence(docstring: str) -> str:
    """Return the first paragraph's first sentence, on one line."""
    paragraph = " ".join(docstring.split("\n\n")[0].split())
    return paragraph.split(". ")[0].rstrip(".")
