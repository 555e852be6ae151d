"""Language models that count: what came how often after the last few tokens (Witten and Bell 1991)."""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class NGrams:
    """What followed each context of up to ``order`` - 1 tokens, and how often, with a vocabulary of a given size."""

    order: int
    vocabulary: int
    followers: dict[Sequence[Hashable], Counter[Hashable]]

    def probability(self, past: Sequence[Hashable], token: Hashable) -> float:
        """Return how likely ``token`` is after ``past``, of which the last ``order`` - 1 tokens count.

        From the shortest context to the longest, what was counted is mixed with the answer of the context before it:
        (count of the token + kinds · that answer) / (count of all + kinds), where *kinds* is how many different tokens
        have followed. A context that was never seen changes nothing.
        """
        answer = 1 / self.vocabulary
        for length in range(self.order):
            seen = self.followers.get(past[len(past) - length :]) if length <= len(past) else None
            if seen is None:
                break
            answer = (seen[token] + len(seen) * answer) / (seen.total() + len(seen))
        return answer

    @property
    def size(self) -> int:
        """How many numbers are stored."""
        return sum(len(seen) for seen in self.followers.values())


def count(text: str, order: int, vocabulary: int) -> NGrams:
    """Count what follows each context of 0 to ``order`` - 1 characters of a text."""
    followers: dict[Sequence[Hashable], Counter[Hashable]] = {}
    for length in range(order):
        for place in range(length, len(text)):
            followers.setdefault(text[place - length : place], Counter())[text[place]] += 1
    return NGrams(order, vocabulary, followers)


def nats(model: NGrams, text: str, places: Sequence[int]) -> float:
    """Return the mean negative log-likelihood of the characters at ``places`` of a text, each after what precedes."""
    behind = model.order - 1
    return -math.fsum(
        math.log(model.probability(text[max(0, place - behind) : place], text[place])) for place in places
    ) / len(places)
