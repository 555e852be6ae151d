"""What can be said about a written text without understanding it: are its words words, and does it repeat itself?"""

import re
from collections.abc import Iterable

_PIECE = re.compile(r"[A-Za-z]+|[^A-Za-z]+")


def pieces(text: str) -> list[str]:
    """Cut a text into words (letters only) and what stands between them; joined they give the text."""
    return _PIECE.findall(text)


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return [piece for piece in pieces(text) if piece[0].isalpha()]


def known_share(text: str, known: Iterable[str]) -> float:
    """Return the share of a text's words that are among the ``known`` ones; 0 where there are no words."""
    of_text, lexicon = words(text), frozenset(known)
    return sum(word in lexicon for word in of_text) / max(1, len(of_text))


def repeated_share(text: str, length: int = 12) -> float:
    """Return the share of a text's stretches of ``length`` characters that have occurred in it before."""
    stretches = [text[start : start + length] for start in range(len(text) - length + 1)]
    return 1 - len(set(stretches)) / len(stretches) if stretches else 0.0
