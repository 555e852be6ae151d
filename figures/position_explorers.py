"""Unit 03's explorers: frequency, offset, rotation."""

import ipywidgets as widgets

from figures.explorers import Explorer, Still
from figures.lettering import plain
from figures.position_frames import FURTHEST, LAST, PAIRS, offset_frame, rotation_frame, wave_frame


def frequency_explorer() -> Explorer:
    """Explore one pair of features of the sinusoidal encoding: its frequency, its phase, its hand."""
    controls = {
        "pair": widgets.IntSlider(value=0, min=0, max=PAIRS - 1, description="pair r"),
        "position": widgets.IntSlider(value=5, min=0, max=LAST, description="position t"),
    }
    settings = [(0, 5), (0, 6), (1, 5), (2, 5), (3, 5), (5, 5), (7, 60)]
    frames = {f"pair {pair}, position {position}": wave_frame(pair, position) for pair, position in settings}
    return Explorer("One pair of features: frequency", controls, wave_frame, Still("Setting:", frames, height=540))


def offset_explorer() -> Explorer:
    """Explore what a step does to a sinusoidal encoding: every hand turns by an angle of the step alone."""
    controls = {
        "position": widgets.IntSlider(value=3, min=0, max=LAST, description="position t"),
        "offset": widgets.IntSlider(value=2, min=-FURTHEST, max=FURTHEST, description="offset k"),
    }
    settings = [(3, 2), (40, 2), (3, -2), (3, 10), (3, 19)]
    frames = {f"t = {start}, k = {plain(offset, 0)}": offset_frame(start, offset) for start, offset in settings}
    return Explorer("Two positions: offset", controls, offset_frame, Still("Setting:", frames, height=750))


def rotation_explorer() -> Explorer:
    """Explore rotary encoding: a query and a key turned by their positions, and what is left of the positions."""
    controls = {
        "query_position": widgets.IntSlider(value=4, min=0, max=FURTHEST, description="query's position i"),
        "key_position": widgets.IntSlider(value=1, min=0, max=FURTHEST, description="key's position j"),
    }
    settings = [(4, 1), (14, 11), (0, 0), (1, 4), (20, 4)]
    frames = {f"i = {query}, j = {key}": rotation_frame(query, key) for query, key in settings}
    return Explorer(
        "Turned queries and keys: rotation", controls, rotation_frame, Still("Setting:", frames, height=560)
    )
