"""How far chance may carry a count: bounds that a right answer crosses at most twice in 10^8 times."""

import math

RARE = -math.log(1e-8)
LIKELY = -math.log(1e-4)
SIGMAS = 5.8
"""Standard deviations that a sum may be off; a normal number is further off with probability 6.6e-9."""


def far_off(count: int, share: float, n: int, bound: float = RARE) -> bool:
    """Whether so many of n, each with this probability, are too many or too few to be chance.

    Either happens by chance with probability e^(−bound) at most (Chernoff 1952): no approximation is involved.
    """
    return n * divergence(count / n, share) > bound if n else False


def divergence(found: float, share: float) -> float:
    """The Kullback-Leibler divergence of two coins, infinite where one of them never falls as the other does."""
    total = 0.0
    for p, q in ((found, share), (1 - found, 1 - share)):
        if p > 0:
            total += p * math.log(p / q) if q > 0 else math.inf
    return total


def uneven(total: float, degrees: int) -> float:
    """A chi-squared total as a normal number (Wilson and Hilferty 1931), small where counts are too much alike."""
    spread = 2 / (9 * degrees)
    return float(((total / degrees) ** (1 / 3) - (1 - spread)) / math.sqrt(spread))
