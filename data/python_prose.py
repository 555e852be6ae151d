"""English prose that every Python ships: paragraphs of the language reference, the text behind ``help("...")``."""

import hashlib
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from pydoc_data.topics import topics

import torch
from torch import Tensor

ALPHABET = "\n " + string.digits + string.ascii_letters + string.punctuation
HELD_OUT_EVERY = 9  # topics
SHORTEST = 40  # characters of a paragraph
MEASURED_ON = "19be5605f370903e01c43974cf66a2ab42c684f96ea3497e6954b502255dd326"
"""SHA-256 of the text that results are quoted for, that of Python 3.11.7; other versions differ in places."""


@dataclass(frozen=True)
class Prose:
    """Paragraphs to train on, one a line, and paragraphs of other topics, held out."""

    train: str
    held_out: str

    @cached_property
    def train_ids(self) -> Tensor:
        """The characters' numbers, (N,), int64."""
        return encode(self.train)

    @cached_property
    def held_out_ids(self) -> Tensor:
        """The held-out characters' numbers, (N,), int64."""
        return encode(self.held_out)

    @property
    def checksum(self) -> str:
        """SHA-256 of both parts."""
        return hashlib.sha256(f"{self.train}\0{self.held_out}".encode()).hexdigest()


@cache
def prose() -> Prose:
    """Return the prose of the Python that runs; a paragraph that occurs in several topics is kept once."""
    return split(topics)


def split(texts: Mapping[str, str]) -> Prose:
    """Return the paragraphs of every tenth text as held out and those of all others to train on."""
    names = sorted(texts)
    kept = dict.fromkeys(
        (paragraph, place % HELD_OUT_EVERY == 0)
        for place, name in enumerate(names)
        for paragraph in paragraphs(texts[name])
    )
    seen: set[str] = set()
    parts: dict[bool, list[str]] = {False: [], True: []}
    for paragraph, held_out in kept:
        if paragraph not in seen:
            seen.add(paragraph)
            parts[held_out].append(paragraph)
    return Prose("\n".join(parts[False]), "\n".join(parts[True]))


def paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs that are sentences, each on one line: no code, tables or headings."""
    for block in text.split("\n\n"):
        line = " ".join(block.split()).removeprefix("* ")
        if _is_prose(line):
            yield line


def _is_prose(line: str) -> bool:
    if len(line) < SHORTEST or not line[0].isupper() or line[-1] not in ".:" or not set(line) <= set(ALPHABET):
        return False
    return sum(character.isalpha() or character in " ,.'" for character in line) / len(line) > 0.85


def encode(text: str) -> Tensor:
    """Return the number of each character, (T,), int64; raises ``ValueError`` for one outside the alphabet."""
    strangers = sorted(set(text) - set(ALPHABET))
    if strangers:
        raise ValueError(f"the alphabet has no {', '.join(map(repr, islice(strangers, 5)))}")
    return torch.tensor([ALPHABET.index(character) for character in text], dtype=torch.int64)


def decode(ids: Tensor) -> str:
    """Return the text of numbers (T,)."""
    return "".join(ALPHABET[number] for number in ids.tolist())
