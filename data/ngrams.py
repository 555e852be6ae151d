"""Language models that count: what came how often beside the nearest few characters (Witten and Bell 1991)."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Question = tuple[str, str]
"""What is seen, its last character the nearest, and the character that is asked for."""


@dataclass(frozen=True)
class Counts:
    """What went with each context of up to ``longest`` characters, and how often, in an alphabet of a given size."""

    longest: int
    vocabulary: int
    found: dict[str, Counter[str]]

    def probability(self, seen: str, answer: str) -> float:
        """Return how likely ``answer`` is with ``seen``, of which the last ``longest`` characters count.

        From the shortest context to the longest, what was counted is mixed with what the context before it says:
        (count of the answer + kinds · that probability) / (count of all + kinds), where *kinds* is how many different
        answers the context has had. A context that was never seen changes nothing.
        """
        likely = 1 / self.vocabulary
        for length in range(min(self.longest, len(seen)) + 1):
            answers = self.found.get(seen[len(seen) - length :])
            if answers is None:
                break
            likely = (answers[answer] + len(answers) * likely) / (answers.total() + len(answers))
        return likely

    def guess(self, seen: str) -> str:
        """Return the most frequent answer in the longest context that was ever seen."""
        length = min(self.longest, len(seen))
        while seen[len(seen) - length :] not in self.found:
            length -= 1
        return self.found[seen[len(seen) - length :]].most_common(1)[0][0]

    @property
    def size(self) -> int:
        """How many numbers are stored."""
        return sum(len(answers) for answers in self.found.values())


def count(questions: Iterable[Question], longest: int, vocabulary: int) -> Counts:
    """Count the answers to all contexts of 0 to ``longest`` characters."""
    found: dict[str, Counter[str]] = {}
    for seen, answer in questions:
        for length in range(min(longest, len(seen)) + 1):
            found.setdefault(seen[len(seen) - length :], Counter())[answer] += 1
    return Counts(longest, vocabulary, found)


def ngrams(text: str, order: int, vocabulary: int) -> Counts:
    """Count which character follows up to ``order`` - 1 others."""
    return count(before(text, order - 1), order - 1, vocabulary)


def before(text: str, reach: int, first: int = 0) -> Iterator[Question]:
    """Yield each character of a text from ``first`` on, and the ``reach`` characters before it (fewer at the start)."""
    for place in range(first, len(text)):
        yield text[max(0, place - reach) : place], text[place]


def around(text: str, reach: int, first: int = 0) -> Iterator[Question]:
    """Yield each character from ``first`` on that has ``reach`` others on both sides, and these, the nearest last."""
    for place in range(max(first, reach), len(text) - reach):
        left, right = text[place - reach : place], text[place + reach : place : -1]
        yield "".join(after + prior for prior, after in zip(left, right, strict=True)), text[place]


def nats(counts: Counts, questions: Iterable[Question]) -> float:
    """Return the mean negative log-likelihood of the answers."""
    surprises = [-math.log(counts.probability(seen, answer)) for seen, answer in questions]
    return math.fsum(surprises) / len(surprises)


def accuracy(counts: Counts, questions: Iterable[Question]) -> float:
    """Return how often the guess is the answer."""
    hits = [counts.guess(seen) == answer for seen, answer in questions]
    return sum(hits) / len(hits)
