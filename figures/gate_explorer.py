"""The gates of an LSTM over time: one unit hears a call and noise, and its gates decide what becomes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import ipywidgets as widgets
import numpy as np

from figures.arrays import Array
from figures.drawing import Bars, Dot, Line, Scale, Shape, Words, svg
from figures.explorers import Explorer, Still
from figures.frames import Frame
from figures.lettering import plain
from figures.style import COLOURS

STEPS: Final = 24
CALL: Final = 3  # the step, counted from 1, at which the call comes
_WRITE: Final = 4.0  # how far a call opens the input gate
_HEAR: Final = 2.0  # how loud the candidate hears
_GATES: Final = ("input gate", "forget gate", "output gate")
_STRIP: Final = 46  # pixels between a gate's 0 and its 1
_BAR: Final = 16


@dataclass(frozen=True)
class Gates:
    """One unit's numbers at each step, ``(STEPS,)`` each."""

    heard: Array
    input_gate: Array
    forget_gate: Array
    output_gate: Array
    cell: Array
    hidden: Array


@cache
def gates(input_bias: float, forget_bias: float, output_bias: float, noise: float) -> Gates:
    """Return what an LSTM unit without recurrent weights makes of a call among ``noise`` (a standard deviation).

    The weighted sums are 4·x + input_bias, forget_bias, 2·x and output_bias for i, f, g and o.
    """
    x = noise * np.random.default_rng(5).normal(size=STEPS)
    x[CALL - 1] = 1.0
    i, f, o = (_sigmoid(sums) for sums in (_WRITE * x + input_bias, 0 * x + forget_bias, 0 * x + output_bias))
    c, cells = 0.0, []
    for step, written in enumerate(i * np.tanh(_HEAR * x)):
        c = f[step] * c + written
        cells.append(c)
    cell = np.array(cells)
    return Gates(x, i, f, o, cell, o * np.tanh(cell))


def gates_frame(input_bias: float, forget_bias: float, output_bias: float, noise: float) -> Frame:
    """Return what the gates let in, keep and show, step by step."""
    seen = gates(input_bias, forget_bias, output_bias, noise)
    across = Scale(1, STEPS, 130, 690)
    shapes = [*_strip("heard, |x|", np.abs(seen.heard), 74, across, COLOURS["masked"])]
    strips = (seen.input_gate, seen.forget_gate, seen.output_gate)
    for row, (name, values) in enumerate(zip(_GATES, strips, strict=True), start=1):
        shapes += _strip(name, values, 74 + 76 * row, across, COLOURS["query"])
    shapes += _states(seen, across)
    sentence = _sentence(seen)
    return Frame(svg(800, 560, shapes, alt=sentence), sentence, is_image=True)


def gates_explorer() -> Explorer:
    """Explore what an LSTM's gates do over time: what is let in, what is kept and for how long, what is shown."""
    controls = {
        "input_bias": widgets.FloatSlider(value=-3.0, min=-6, max=4, step=0.5, description="input gate's bias"),
        "forget_bias": widgets.FloatSlider(value=0.0, min=-4, max=6, step=0.5, description="forget gate's bias"),
        "output_bias": widgets.FloatSlider(value=2.0, min=-6, max=6, step=0.5, description="output gate's bias"),
        "noise": widgets.FloatSlider(value=0.2, min=0, max=1, step=0.1, description="noise"),
    }
    settings = {
        "forget bias 0, the usual start": (-3.0, 0.0, 2.0, 0.2),
        "forget bias 3": (-3.0, 3.0, 2.0, 0.2),
        "forget bias 6": (-3.0, 6.0, 2.0, 0.2),
        "forget bias 6, input gate open": (4.0, 6.0, 2.0, 0.2),
        "forget bias 6, output gate shut": (-3.0, 6.0, -6.0, 0.2),
    }
    frames = {name: gates_frame(*setting) for name, setting in settings.items()}
    return Explorer("An LSTM's gates over time", controls, gates_frame, Still("Setting:", frames, height=850))


def _sigmoid(sums: Array) -> Array:
    opened: Array = 1 / (1 + np.exp(-sums))
    return opened


def _sentence(seen: Gates) -> str:
    kept = float(np.prod(seen.forget_gate[CALL:]))
    written = float(seen.input_gate[CALL - 1] * np.tanh(_HEAR))
    return (
        f"The call at step {CALL} opens the input gate to {seen.input_gate[CALL - 1]:.2f} and writes {written:.2f} "
        f"into the cell. The forget gate, {seen.forget_gate[0]:.3f} at each step, leaves {plain(kept * written, 2)} of "
        f"it {STEPS - CALL} steps later. The cell ends at {plain(float(seen.cell[-1]), 2)}, noise included; the hidden "
        f"state, which others see, at {plain(float(seen.hidden[-1]), 2)}."
    )


def _strip(name: str, values: Sequence[float] | Array, bottom: float, across: Scale, colour: str) -> list[Shape]:
    """Return bars between 0 and 1, one for each step."""
    up = Scale(0, 1, bottom, bottom - _STRIP)
    heights = [min(float(value), 1.2) for value in values]
    boxes = [(across(t) - _BAR / 2, up(value), _BAR, bottom - up(value)) for t, value in enumerate(heights, start=1)]
    edges = [across(1) - _BAR, across(STEPS) + _BAR]
    return [
        Line([(edges[0], up(1)), (edges[1], up(1))], COLOURS["faint"]),
        Bars(boxes, colour),
        Line([(edges[0], bottom), (edges[1], bottom)]),
        Words(edges[0] - 8, bottom - _STRIP / 2 + 5, name, "end", size=15, bold=True),
        Words(edges[1] + 6, bottom + 5, "0", "start", size=13),
        Words(edges[1] + 6, up(1) + 5, "1", "start", size=13),
    ]


def _states(seen: Gates, across: Scale) -> list[Shape]:
    """Return the lines of cell and hidden state below the gates."""
    far = float(np.ceil(max(1.0, np.abs(seen.cell).max())))
    up = Scale(-far, far, 500, 350)
    shapes: list[Shape] = [
        Line([(across(1) - _BAR, up(0)), (across(STEPS) + _BAR, up(0))], COLOURS["faint"]),
        *(Words(across(1) - _BAR - 8, up(tick) + 5, plain(tick, 0), "end", size=13) for tick in (-far, 0.0, far)),
        *(Words(across(step), 524, str(step), size=13) for step in (1, CALL, *range(6, STEPS + 1, 3))),
        Words((across(1) + across(STEPS)) / 2, 548, "step t (the call comes at step 3)", size=15),
    ]
    curves = {"cell c": (seen.cell, COLOURS["value"]), "hidden h": (seen.hidden, COLOURS["output"])}
    upper = max(curves, key=lambda name: float(curves[name][0][-1]))
    for name, (values, colour) in curves.items():
        points = [(across(t), up(float(value))) for t, value in enumerate(values, start=1)]
        (right, end), beside = points[-1], (-4 if name == upper else 16)
        shapes += [
            Line(points, colour, 3, dashed=name == "hidden h"),
            Dot(right, end, 4, colour),
            Words(right + 10, end + beside, name, "start", 14, True, colour),
        ]
    return shapes
