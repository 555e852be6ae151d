"""Words cut into pieces by byte-pair encoding (Sennrich et al. 2016): frequent words stay whole, no word is unknown."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

START: Final = "▁"  # begins the first piece of every word

Merge = tuple[str, str]
Symbols = tuple[str, ...]

_WORD: Final = re.compile(r"\{\}|\w+|[^\w\s]")


def words(text: str) -> list[str]:
    """Return a text's words and punctuation marks; ``{}``, which stands for what a program fills in, is one of them."""
    return _WORD.findall(text)


def joined(pieces: Iterable[str]) -> list[str]:
    """Return the words that pieces are cut from."""
    return "".join(pieces).replace(START, " ").split()


def learn(texts: Iterable[str], count: int) -> list[Merge]:
    """Return ``count`` merges: again and again the most frequent pair of neighbouring pieces becomes one piece.

    Of equally frequent pairs the alphabetically first one is taken. Fewer merges come back when no pair is left.
    """
    cut = {word: _characters(word) for word in set().union(*map(words, texts))}
    frequency = Counter(word for text in texts for word in words(text))
    merges: list[Merge] = []
    while len(merges) < count:
        pairs: Counter[Merge] = Counter()
        for word, symbols in cut.items():
            for pair in zip(symbols, symbols[1:], strict=False):
                pairs[pair] += frequency[word]
        if not pairs:
            break
        merges.append(min(pairs, key=lambda pair: (-pairs[pair], pair)))
        cut = {word: _merged(symbols, merges[-1]) for word, symbols in cut.items()}
    return merges


@dataclass(frozen=True)
class Cutter:
    """Cuts texts into pieces by merges, in the order in which they were learned."""

    merges: Sequence[Merge]

    def __call__(self, text: str) -> Symbols:
        """Return the pieces of all words of a text, in their order."""
        return tuple(piece for word in words(text) for piece in self._pieces(word))

    @cached_property
    def _ranks(self) -> Mapping[Merge, int]:
        return {merge: rank for rank, merge in enumerate(self.merges)}

    def _pieces(self, word: str) -> Symbols:
        symbols = _characters(word)
        while known := [pair for pair in zip(symbols, symbols[1:], strict=False) if pair in self._ranks]:
            symbols = _merged(symbols, min(known, key=lambda pair: self._ranks[pair]))
        return symbols


def symbols_of(texts: Iterable[str], merges: Sequence[Merge]) -> list[str]:
    """Return every piece that texts with these characters can be cut into, in alphabetical order."""
    characters = {symbol for text in texts for word in words(text) for symbol in word}
    return sorted({*characters, *(START + symbol for symbol in characters), *("".join(merge) for merge in merges)})


def _characters(word: str) -> Symbols:
    return (START + word[0], *word[1:])


def _merged(symbols: Symbols, pair: Merge) -> Symbols:
    out: list[str] = []
    for symbol in symbols:
        if out and (out[-1], symbol) == pair:
            out[-1] += symbol
        else:
            out.append(symbol)
    return tuple(out)
