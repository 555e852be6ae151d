"""Frames of unit 01's explorer: a gradient on its way back through time, beside the powers of W's spectral radius."""

from functools import cache
from typing import Final

import numpy as np

from figures.arrays import Array
from figures.drawing import Dot, Line, Scale, Shape, Words, svg
from figures.frames import Frame
from figures.style import COLOURS

STEPS: Final = 40
UNITS: Final = 24
_LOWEST, _HIGHEST = 1e-9, 1e9
_TICKS: Final = (1e-9, 1e-6, 1e-3, 1.0, 1e3, 1e6, 1e9)


def gradient_frame(radius: float, loudness: float) -> Frame:
    """Return how ∂h_T/∂h_(T-k) grows or shrinks with k, of a linear and of a tanh recurrence with the same W.

    radius: the spectral radius of W; loudness: the standard deviation of the inputs.
    """
    linear, bent = norms(radius, loudness, tanh=False), norms(radius, loudness, tanh=True)
    across, up = Scale(0, STEPS, 90, 700), Scale(_LOWEST, _HIGHEST, 320, 30, log=True)
    powers = radius ** np.arange(STEPS + 1.0)
    shapes: list[Shape] = [
        *_axes(across, up),
        *_curve(powers, across, up, COLOURS["masked"], dashed=True),
        *_curve(linear, across, up, COLOURS["query"]),
        *_curve(bent, across, up, COLOURS["key"]),
    ]
    ends = _apart({"ρᵏ": powers, "linear": linear, "tanh": bent}, up)
    for (name, height), role in zip(ends.items(), ("masked", "query", "key"), strict=True):
        shapes.append(Words(712, height, name, "start", colour=COLOURS[role], bold=True))
    sentence = (
        f"Spectral radius ρ = {radius:.2f}: {STEPS} steps back, ρᵏ = {_written(powers[-1])}. The gradient's norm is "
        f"{_written(linear[-1])} if the recurrence is linear, and {_written(bent[-1])} with tanh, whose derivatives "
        f"are {mean_derivative(radius, loudness):.2f} on average."
    )
    return Frame(svg(800, 385, shapes, alt=sentence), sentence, is_image=True)


@cache
def weight(radius: float) -> Array:
    """Return a random matrix, ``(UNITS, UNITS)``, with the given spectral radius."""
    drawn = np.random.default_rng(0).normal(size=(UNITS, UNITS))
    scaled: Array = radius * drawn / np.abs(np.linalg.eigvals(drawn)).max()
    return scaled


@cache
def states(radius: float, loudness: float) -> Array:
    """Return the states h_0 … h_STEPS of a tanh recurrence that hears noise, after as many steps to settle."""
    heard = loudness * np.random.default_rng(1).normal(size=(2 * STEPS, UNITS))
    h, kept = np.zeros(UNITS), []
    for x in heard:
        h = np.tanh(weight(radius) @ h + x)
        kept.append(h)
    return np.array(kept[-STEPS - 1 :])


@cache
def norms(radius: float, loudness: float, tanh: bool) -> Array:
    """Return the spectral norms of ∂h_T/∂h_(T-k) for k = 0 … STEPS."""
    jacobian, found = np.eye(UNITS), [1.0]
    for h in states(radius, loudness)[:0:-1]:
        step = (1 - h**2)[:, None] * weight(radius) if tanh else weight(radius)
        jacobian = jacobian @ step
        found.append(float(np.linalg.norm(jacobian, 2)))
    return np.array(found)


def mean_derivative(radius: float, loudness: float) -> float:
    """Return the mean of tanh's derivatives, 1 - h², over units and steps."""
    return float(np.mean(1 - states(radius, loudness)[1:] ** 2))


def _axes(across: Scale, up: Scale) -> list[Shape]:
    bottom = up(_LOWEST)
    return [
        Line([(across.start, bottom), (across.end, bottom)]),
        Line([(across.start, up(1.0)), (across.end, up(1.0))], COLOURS["faint"]),
        *(Words(across(tick), bottom + 20, str(tick), size=14) for tick in range(0, STEPS + 1, 10)),
        *(Words(across.start - 8, up(tick) + 5, _written(tick), "end", size=14) for tick in _TICKS),
        Words((across.start + across.end) / 2, bottom + 44, "k, steps back in time", size=15),
        Words(across.start, 18, "norm of the gradient ∂h_T / ∂h_(T−k)", "start", size=15, bold=True),
    ]


def _curve(values: Array, across: Scale, up: Scale, colour: str, dashed: bool = False) -> list[Shape]:
    inside = values.clip(_LOWEST, _HIGHEST)
    points = [(across(float(k)), up(float(value))) for k, value in enumerate(inside)]
    return [Line(points, colour, 2.5, dashed), Dot(*points[-1], 4, colour)]


def _apart(curves: dict[str, Array], up: Scale) -> dict[str, float]:
    """Return where to write each curve's name: at its end, at least a line's height below the one above it."""
    wanted = {name: up(float(values[-1].clip(_LOWEST, _HIGHEST))) + 5 for name, values in curves.items()}
    floor = 0.0
    placed = {}
    for name in sorted(wanted, key=lambda key: wanted[key]):
        placed[name] = max(wanted[name], floor)
        floor = placed[name] + 19
    return {name: placed[name] for name in curves}


def _written(number: float) -> str:
    if 0.01 <= number < 1000:
        return f"{number:.3g}"
    mantissa, exponent = f"{number:.0e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}" if mantissa == "1" else f"{mantissa}·10{raised}"
