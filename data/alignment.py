"""Does attention look where it should? Units and tens, which German says in the other order."""

from collections.abc import Sequence
from typing import Final

from data.parallel import Tokens

TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
UNITS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def reversals(source: Tokens, target: Tokens) -> list[tuple[int, int]]:
    """Return the places (in the target, in the source) of units and tens that change order.

    Each "und" between units and tens stands for one pair of neighbours such as ("twenty", "one"), in the same order.
    """
    pairs = [place for place in range(len(source) - 1) if source[place] in TENS and source[place + 1] in UNITS]
    unds = [place for place, token in enumerate(target) if token == "und"]
    if len(pairs) != len(unds):
        raise ValueError(
            f"{' '.join(source)!r} has {len(pairs)} pairs to turn round, {''.join(target)!r} has {len(unds)}"
        )
    return [place for tens, und in zip(pairs, unds, strict=True) for place in ((und - 1, tens + 1), (und + 1, tens))]


def share_on(weights: Sequence[Sequence[float]], places: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return at how many places (target, source) the source has the greatest weight of its row, and of how many."""
    hits = sum(max(range(len(weights[row])), key=weights[row].__getitem__) == column for row, column in places)
    return hits, len(places)
