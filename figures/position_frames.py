"""Frames of unit 03's explorers: one frequency, one offset, one rotation at a time."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from figures.clocks import face, frequencies, hand, similarity
from figures.drawing import Dot, Line, Scale, Shape, Words, svg
from figures.frames import Frame
from figures.lettering import plain
from figures.style import COLOURS

WIDTH: Final = 16  # D: eight pairs, from ω = 1 to ω = 0.0003
LAST: Final = 60  # positions
FURTHEST: Final = 30  # steps
PAIRS: Final = WIDTH // 2
_SHOWN_PAIRS: Final = (0, 1, 2, 3)
_QUERY: Final = (1.0, 0.7)  # radians: where the query's two pairs point before they are turned
_KEY: Final = (0.4, 0.2)
_SPEEDS: Final = (0.5, 0.1)  # radians a step, of the rotary explorer's two pairs


def wave_frame(pair: int, position: int) -> Frame:
    """Return the sine and the cosine of one pair of features along the positions, and the same pair as a hand."""
    speed = float(frequencies(WIDTH)[pair])
    angle = speed * position
    across, up = Scale(0, LAST, 60, 580), Scale(-1, 1, 220, 60)
    shapes: list[Shape] = [
        Words(60, 30, f"features {2 * pair} and {2 * pair + 1} of {WIDTH}, along the positions", "start", bold=True),
        *_frame_of(across, up, range(0, LAST + 1, 10), (-1, 0, 1), "position t"),
        *_curve(lambda t: np.sin(speed * t), across, up, COLOURS["query"], dashed=False),
        *_curve(lambda t: np.cos(speed * t), across, up, COLOURS["key"], dashed=True),
        Words(590, up(float(np.sin(speed * LAST))) - 4, "sin", "start", colour=COLOURS["query"], bold=True),
        Words(590, up(float(np.cos(speed * LAST))) + 14, "cos", "start", colour=COLOURS["key"], bold=True),
        Line([(across(position), up(-1)), (across(position), up(1))], COLOURS["accent"]),
        Dot(across(position), up(float(np.sin(angle))), 7, COLOURS["query"]),
        Dot(across(position), up(float(np.cos(angle))), 7, COLOURS["key"]),
        Words(800, 30, "the same pair, as a hand", bold=True),
        *face(800, 140, 85),
        *hand(800, 140, 85, angle, COLOURS["accent"]),
    ]
    sentence = (
        f"Pair {pair}: ω = {speed:.4f} radians a step, one turn in {2 * np.pi / speed:,.1f} steps. At position "
        f"{position} the angle is {angle:.2f}: its sine is {plain(float(np.sin(angle)), 2)}, "
        f"its cosine {plain(float(np.cos(angle)), 2)}."
    )
    return Frame(svg(960, 290, shapes, alt=sentence), sentence, is_image=True)


def offset_frame(position: int, offset: int) -> Frame:
    """Return the hands of two positions, and how similar two encodings so far apart are."""
    shapes: list[Shape] = []
    for place, pair in enumerate(_SHOWN_PAIRS):
        speed, x = float(frequencies(WIDTH)[pair]), 130 + 230 * place
        shapes += [
            Words(x, 28, f"pair {pair}: turned by {plain(offset * speed, 2)}", size=16, bold=True),
            *face(x, 125, 68),
            *hand(x, 125, 42, speed * position, COLOURS["masked"], "t"),
            *hand(x, 125, 68, speed * (position + offset), COLOURS["accent"], "t+k"),
        ]
    across, up = Scale(-FURTHEST, FURTHEST, 60, 900), Scale(-0.2, 1, 430, 290)
    now = similarity(offset, WIDTH)
    shapes += [
        Words(60, 265, "dot product PE[t] · PE[t+k], as a share of its largest value", "start", bold=True),
        *_frame_of(across, up, range(-FURTHEST, FURTHEST + 1, 10), (0, 0.5, 1), "offset k"),
        *_curve(lambda k: similarity(float(k), WIDTH), across, up, COLOURS["ink"], dashed=False),
        Dot(across(offset), up(now), 8, COLOURS["accent"]),
    ]
    sentence = (
        f"From position {position} to position {plain(position + offset, 0)}: each hand turns by its own k·ω, "
        f"wherever it stood. The dot product depends on k = {plain(offset, 0)} alone: {plain(now, 2)} of its "
        f"largest value, the same as for k = {plain(-offset, 0)}."
    )
    return Frame(svg(960, 490, shapes, alt=sentence), sentence, is_image=True)


def rotation_frame(query_position: int, key_position: int) -> Frame:
    """Return a query and a key of four features, turned by their positions, and their dot product by distance."""
    shapes: list[Shape] = []
    for pair, (speed, x) in enumerate(zip(_SPEEDS, (150, 430), strict=True)):
        shapes += [
            Words(x, 28, f"pair {pair}: ω = {speed}", bold=True),
            *face(x, 145, 90),
            *hand(x, 145, 90, _QUERY[pair] + speed * query_position, COLOURS["query"], "q"),
            *hand(x, 145, 90, _KEY[pair] + speed * key_position, COLOURS["key"], "k"),
        ]
    distance = query_position - key_position
    across, up = Scale(-FURTHEST, FURTHEST, 600, 920), Scale(-2, 2, 235, 60)
    shapes += [
        Words(600, 28, "q · k after turning", "start", bold=True),
        *_frame_of(across, up, range(-FURTHEST, FURTHEST + 1, 10), (-2, 0, 2), "i − j"),
        *_curve(_turned_score, across, up, COLOURS["ink"], dashed=False),
        Dot(across(distance), up(_turned_score(distance)), 8, COLOURS["accent"]),
    ]
    angles = [q - k + speed * distance for q, k, speed in zip(_QUERY, _KEY, _SPEEDS, strict=True)]
    score = plain(_turned_score(distance), 2)
    sentence = (
        f"The query stands at i = {query_position}, the key at j = {key_position}. The angles between them are "
        f"{plain(angles[0], 2)} and {plain(angles[1], 2)}, so q · k = cos({plain(angles[0], 2)}) + "
        f"cos({plain(angles[1], 2)}) = {score}. Move both by the same number of steps and nothing changes."
    )
    return Frame(svg(960, 290, shapes, alt=sentence), sentence, is_image=True)


def _turned_score(distance: float) -> float:
    return float(sum(np.cos(q - k + s * distance) for q, k, s in zip(_QUERY, _KEY, _SPEEDS, strict=True)))


def _curve(value: Callable[[float], float], across: Scale, up: Scale, colour: str, dashed: bool) -> list[Shape]:
    steps = np.linspace(across.low, across.high, 181)
    return [Line([(across(float(t)), up(float(value(float(t))))) for t in steps], colour, 2.5, dashed)]


def _frame_of(across: Scale, up: Scale, ticks: Sequence[int], levels: Sequence[float], xlabel: str) -> list[Shape]:
    bottom = up(up.low)
    return [
        Line([(across.start, bottom), (across.end, bottom)]),
        *(Words(across(tick), bottom + 19, plain(tick, 0), size=14) for tick in ticks),
        *(Words(across.start - 8, up(level) + 5, f"{level:g}".replace("-", "−"), "end", size=14) for level in levels),
        Words((across.start + across.end) / 2, bottom + 41, xlabel, size=15),
    ]
