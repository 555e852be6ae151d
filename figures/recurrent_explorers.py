"""Unit 01's explorer: gradients through time."""

import ipywidgets as widgets

from figures.explorers import Explorer, Still
from figures.gradient_frames import gradient_frame


def gradient_explorer() -> Explorer:
    """Explore what becomes of a gradient on its way back: the spectral radius of W, and how far tanh is driven."""
    controls = {
        "radius": widgets.FloatSlider(value=0.9, min=0.5, max=1.6, step=0.05, description="spectral radius ρ"),
        "loudness": widgets.FloatSlider(value=0.2, min=0.0, max=2.0, step=0.1, description="size of the inputs"),
    }
    settings = [(0.7, 0.2), (0.9, 0.2), (1.0, 0.0), (1.0, 0.2), (1.3, 0.2), (1.3, 2.0)]
    frames = {f"ρ = {radius}, inputs {loudness}": gradient_frame(radius, loudness) for radius, loudness in settings}
    return Explorer("A gradient on its way back", controls, gradient_frame, Still("Setting:", frames, height=480))
