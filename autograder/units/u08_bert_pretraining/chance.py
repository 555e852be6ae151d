"""How far chance may carry a count or a share: bounds that a right answer crosses less than once in 10^8 times."""

import math

SIGMAS = 5.8
"""Standard deviations that a count may be off; a normal number is further off with probability 6.6e-9."""


def far_off(count: int, share: float, n: int) -> bool:
    """Whether so many of n, each with this probability, are too many or too few to be chance."""
    return abs(count - n * share) > SIGMAS * math.sqrt(n * share * (1 - share)) + 0.5


def uneven(total: float, degrees: int) -> float:
    """A chi-squared total as a normal number (Wilson and Hilferty 1931): too even below −SIGMAS, uneven above SIGMAS."""
    spread = 2 / (9 * degrees)
    return float(((total / degrees) ** (1 / 3) - (1 - spread)) / math.sqrt(spread))
