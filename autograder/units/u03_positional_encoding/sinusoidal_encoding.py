"""The sinusoidal encoding against its formula in NumPy (Vaswani et al. 2017, section 3.5)."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import agrees, has_the_right_form
from autograder.judging.trial import Trial

EVEN = ("even", "wide", "two_features", "one_position")
ODD = ("odd", "one_feature")
LONG = ("hundreds", "thousands")
TELLING = ("even", "wide")
FAR_OUT, ROUGHLY = 1e-3, 2e-2


def draw(draw: Draw) -> dict[str, Call]:
    """Even and odd widths, one position, one feature, and more positions than a table made beforehand would have."""
    length, wider = draw.sizes(2, 6, 11)
    return {
        "even": Call((length, 2 * draw.size(3, 6))),
        "wide": Call((wider, 2 * draw.size(16, 32))),
        "two_features": Call((length, 2)),
        "one_position": Call((1, 2 * draw.size(2, 6))),
        "odd": Call((length, 2 * draw.size(3, 6) + 1)),
        "one_feature": Call((length, 1)),
        "hundreds": Call((draw.size(300, 500), 2 * draw.size(3, 6))),
        "thousands": Call((draw.size(5_001, 5_100), 2)),
    }


def waves(length: int, d_model: int, first: int = 0) -> Tensor:
    """Imaginary and real parts of e^(i·t·ω) side by side, ω = 10000^(-2i/D), for t = first, first + 1, ..."""
    pair = np.arange(d_model) // 2
    circles = np.exp(1j * np.outer(np.arange(first, first + length), 10_000.0 ** (-2 * pair / d_model)))
    return torch.from_numpy(np.where(np.arange(d_model) % 2, circles.real, circles.imag)).float()


def sines_and_cosines(table: Tensor) -> Tensor | None:
    """Which columns are sin(t·ω) (False) and which cos(t·ω) (True) for an ω of their own; None if some are neither.

    Such a column obeys x[t+1] + x[t-1] = 2·cos(ω)·x[t], from which cos(ω) follows by least squares.
    """
    x = table.double()
    neighbours, middle = x[2:] + x[:-2], x[1:-1]
    cosine = ((neighbours * middle).sum(0) / (2 * middle**2).sum(0)).nan_to_num(1.0)
    is_cosine = x[0] > 0.5
    start = torch.where(is_cosine, x[1] - cosine, x[1] ** 2 + cosine**2 - 1)
    wrong = torch.stack([x[0] - is_cosine.double(), start, *(neighbours - 2 * cosine * middle)])
    moves = bool((x[1] != x[0]).any())
    return is_cosine if moves and bool((wrong.abs() < ROUGHLY).all()) else None


def shows_columns(expected: Callable[[int], list[bool]]) -> Callable[[Trial], bool]:
    """Whether the columns are sines and cosines, laid out as ``expected`` says (True: cos), but not the right ones."""

    def shown(trial: Trial) -> bool:
        tables = [(trial.result(name), trial.expected(name)) for name in TELLING]
        if all(torch.allclose(table.float(), right, atol=FAR_OUT) for table, right in tables):
            return False
        for table, right in tables:
            layout = sines_and_cosines(table) if table.shape == right.shape else None
            if layout is None or layout.tolist() != expected(right.shape[1]):
                return False
        return True

    return shown


def interleaved(d_model: int) -> list[bool]:
    """sin, cos, sin, cos, ..."""
    return [bool(column % 2) for column in range(d_model)]


def swapped(d_model: int) -> list[bool]:
    """cos, sin, cos, sin, ..."""
    return [not cosine for cosine in interleaved(d_model)]


def halves(d_model: int) -> list[bool]:
    """First all sines, then all cosines; the sines are one more where the width is odd."""
    return [2 * column >= d_model for column in range(d_model)]


def other_halves(d_model: int) -> list[bool]:
    """First all cosines, then all sines."""
    return [not cosine for cosine in halves(d_model)]


def either(*predicates: Callable[[Trial], bool]) -> Callable[[Trial], bool]:
    """Any of the predicates."""
    return lambda trial: any(predicate(trial) for predicate in predicates)


def agrees_far_out(trial: Trial) -> None:
    """Positions in the hundreds and thousands, where float32 angles have lost some digits."""
    for name in LONG:
        off = (trial.result(name) - trial.expected(name)).abs().nan_to_num(torch.inf)
        if float(off.max()) > FAR_OUT:
            position, column = divmod(int(off.argmax()), off.shape[1])
            raise Mismatch(
                what=f"the encoding[{position}, {column}]",
                expected=f"{trial.expected(name)[position, column].item():.4f}",
                actual=f"{trial.result(name)[position, column].item():.4f}",
                hint=f"The formula holds for any position. The call was {trial.describe(name)}.",
            )


COMPONENT = Component(
    name="sinusoidal_encoding",
    draw=draw,
    oracle=waves,
    returns=("the encoding",),
    properties=(
        Property(
            "has_a_row_for_every_position",
            1,
            has_the_right_form(*EVEN, *ODD, *LONG, hint="(T, D), one row a position; odd D is allowed."),
        ),
        Property(
            "has_sines_in_even_and_cosines_in_odd_columns",
            2,
            agrees(*EVEN, hint="Column 2i is sin(t / 10000^(2i/D)), column 2i+1 is cos of the same angle."),
            needs=("has_a_row_for_every_position",),
        ),
        Property(
            "ends_with_a_sine_where_the_width_is_odd",
            1,
            agrees(*ODD, hint="With D odd the last column is a sine without its cosine, and D is still D."),
            needs=("has_sines_in_even_and_cosines_in_odd_columns",),
        ),
        Property(
            "goes_on_as_far_as_you_like",
            1,
            agrees_far_out,
            needs=("has_sines_in_even_and_cosines_in_odd_columns",),
        ),
    ),
    mistakes=(
        Mistake(
            "wrong-exponent",
            "The columns are sines and cosines in the right places, but of other frequencies. Write down the exponent "
            "for D = 4: the two columns of a pair share one frequency, the pair (0, 1) has wavelength 2π, and the "
            "pair (2, 3) is 100 times slower. Is your i the number of the pair or of the column?",
            shown_by=shows_columns(interleaved),
        ),
        Mistake(
            "halves-not-interleaved",
            "All sines come first, then all cosines. The paper's order alternates, so that a pair (2i, 2i+1) turns "
            "like a clock hand: print the row of position 0, which should be 0, 1, 0, 1, ...",
            shown_by=either(shows_columns(halves), shows_columns(other_halves)),
        ),
        Mistake(
            "sin-cos-swapped",
            "Sine and cosine have changed places. Print the row of position 0: sin 0 = 0 belongs to the even columns.",
            shown_by=shows_columns(swapped),
        ),
        Mistake(
            "positions-from-one",
            "Positions are counted from one. The first token is at position 0, where every sine is 0 and every cosine "
            "is 1: print your first row.",
            (lambda length, d_model: waves(length, d_model, first=1),),
            calls=EVEN,
        ),
    ),
)
