"""The course's one visual language: fixed colours, sizes for a lecture hall, and no figure without words.

| colour | always means |
|---|---|
| blue | query |
| amber | key |
| green | value |
| plum | output |
| grey, hatched | masked: may not be attended to |
| pale blue | allowed: may be attended to |
| red | look here |

Every role keeps a contrast of at least 3:1 to white, and any two stay apart under protanopia, deuteranopia and
tritanopia (tested). Colour is never the only sign: what is masked is hatched, lines differ in their markers.
Curves of runs and costs, where no query or key is in sight, take the same colours in that order.
Amounts (weights, scores) use viridis, which is perceptually uniform: dark is little, bright is much.
"""

import io
from typing import Final

import matplotlib
import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from figures.rendering import data_uri, render

COLOURS: Final = {
    "query": "#2F7BE8",
    "key": "#C07A10",
    "value": "#17663A",
    "output": "#5B1A6B",
    "masked": "#8A8A8A",
    "allowed": "#CFE3FB",
    "accent": "#D1361B",
    "ink": "#1A1A1A",
    "faint": "#D9D9D9",
}
AMOUNTS: Final = "viridis"

_PIXELS_PER_INCH: Final = 96  # CSS
_SHARPNESS: Final = 1.5  # image pixels for each CSS pixel: sharp on a projector
_PALETTE: Final = 256  # colours of an image: drawings need no more, and take a third of the space

styled = matplotlib.rc_context(
    {
        "font.family": "DejaVu Sans",
        "font.size": 14,
        "axes.labelsize": 15,
        "axes.titlesize": 16,
        "axes.labelcolor": COLOURS["ink"],
        "axes.edgecolor": COLOURS["ink"],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": False,
        "grid.color": COLOURS["faint"],
        "text.color": COLOURS["ink"],
        "lines.linewidth": 2.5,
        "lines.markersize": 8,
        "legend.frameon": False,
        "hatch.linewidth": 1.2,
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
    }
)


def new_axes(width: float, height: float) -> Axes:
    """Return the axes of a fresh figure of ``width`` × ``height`` inches that no open-figure list keeps alive."""
    return Figure(figsize=(width, height), layout="constrained").add_subplot()


def figure_of(ax: Axes) -> Figure:
    """Return the whole figure that ``ax`` belongs to."""
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("these axes belong to no figure")
    return figure


def show(figure: Figure, caption: str, alt: str) -> None:
    """Display a figure with a caption that says what to see and a text for those who can't see it, then close it.

    caption: one or two sentences of plain text. alt: what the picture shows. Raises ``ValueError`` where one is empty.
    """
    for name, text in (("caption", caption), ("alt", alt)):
        if not text.strip():
            raise ValueError(f"show() needs a {name}: a figure without words teaches only those who know already")
    image, width = _png(figure)
    html = render("figure.html.j2", source=data_uri("image/png", image), width=width, caption=caption, alt=alt)
    display({"text/html": str(html), "text/plain": f"[figure] {alt}\n{caption}"}, raw=True)
    plt.close(figure)


@styled
def _png(figure: Figure) -> tuple[bytes, int]:
    """Return the image of a figure, with nothing cut off at its edges, and the width in which to show it."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=_PIXELS_PER_INCH * _SHARPNESS, bbox_inches="tight")
    small = io.BytesIO()
    with Image.open(stream) as image:
        image.convert("RGB").quantize(_PALETTE).save(small, format="png", optimize=True)
        return small.getvalue(), round(image.width / _SHARPNESS)
