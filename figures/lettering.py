"""Numbers in pictures: how they are written, and in which colour they can be read."""

from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes


def write_number(ax: Axes, x: float, y: float, number: float, background: Any) -> None:
    """Write a number with two decimals onto a cell of the colour ``background``."""
    ax.text(x, y, plain(number, 2), ha="center", va="center", fontsize=13, color=readable_on(background))


def shortest(number: float) -> str:
    """Return a number with as few decimals as it needs, at most two, or one where it is long already."""
    written = plain(number, 1 if abs(number) >= 10 else 2)
    return written.rstrip("0").rstrip(".")


def plain(number: float, digits: int) -> str:
    """Return a number as one writes it: a true minus sign, and none before a zero."""
    return f"{round(number, digits) + 0.0:.{digits}f}".replace("-", "−")


def readable_on(background: Any) -> str:
    """Return black or white, whichever has the higher contrast (WCAG 2) to a matplotlib colour."""
    channels = np.array(matplotlib.colors.to_rgb(background))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ [0.2126, 0.7152, 0.0722])
    return "black" if luminance > 0.179 else "white"
