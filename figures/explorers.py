"""Interactive explorers: sliders and buttons where a kernel answers, chosen frames where none does."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import ipywidgets as widgets  # type: ignore[import-untyped]
import numpy as np
from markupsafe import Markup

from figures.arrays import Array, as_array
from figures.explorer_numbers import KEY_SIZES, entropy_bits
from figures.frames import head_frame, mask_frame, scores_frame
from figures.style import TEMPLATES

_LONGEST: Final = 6  # queries and keys of the mask explorer: four tables fit on a page
_MOST_STILLS: Final = 8
_STYLE: Final = Markup((Path(__file__).parent / "templates" / "explorers.css").read_text(encoding="utf-8"))
_NOTE: Final = "Run this cell in JupyterLab for sliders that reach every setting."


class Explorer(widgets.VBox):  # type: ignore[misc]  # ipywidgets carries no types
    """Controls above a frame that follows them; saved with frames drawn beforehand, for where no kernel answers."""

    def __init__(self, controls: dict[str, Any], draw: Callable[..., Markup], still: Markup) -> None:
        self._controls = controls
        self._draw = draw
        self._still = str(still)
        self._frame = widgets.HTML()
        super().__init__([widgets.HTML(f"<style>{_STYLE}</style>"), widgets.HBox([*controls.values()]), self._frame])
        self.children[1].layout.flex_flow = "row wrap"
        for control in controls.values():
            control.observe(self._redraw, names="value")
        self._redraw()

    def _redraw(self, _change: Any = None) -> None:
        self._frame.value = str(self._draw(**{name: control.value for name, control in self._controls.items()}))

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        """Offer the live widget first and the frames as HTML, of which a page shows one."""
        bundle: dict[str, str] = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/html": self._still, "text/plain": "[explorer: run the cell in JupyterLab]"}


def scaled_scores_explorer() -> Explorer:
    """Explore why scores are divided by √d_k: their spread, one softmax, its entropy and its gradient."""
    controls = {
        "key_size": widgets.SelectionSlider(options=KEY_SIZES, value=64, description="key size d_k"),
        "scaled": widgets.Checkbox(value=False, description="divide by √d_k"),
    }
    settings = [(64, False), (64, True), (4, False), (4, True), (512, False), (512, True)]
    frames = [
        {"name": f"d_k = {size}, {'divided by √d_k' if scaled else 'not divided'}", "html": scores_frame(size, scaled)}
        for size, scaled in settings
    ]
    return Explorer(controls, scores_frame, _still("Setting:", frames))


def mask_explorer() -> Explorer:
    """Explore what masks do to scores and weights: causal, padding, local, and what they allow together."""
    controls = {
        "queries": widgets.IntSlider(value=_LONGEST, min=1, max=_LONGEST, description="queries T_q"),
        "keys": widgets.IntSlider(value=_LONGEST, min=1, max=_LONGEST, description="keys T_k"),
        "causal": widgets.Checkbox(value=True, description="causal"),
        "padding": widgets.IntSlider(value=0, min=0, max=_LONGEST, description="padded keys"),
        "window": widgets.SelectionSlider(
            options=[*((f"|i − j| ≤ {width}", width) for width in range(_LONGEST)), ("no window", _LONGEST)],
            value=_LONGEST,
            description="window",
        ),
    }
    settings: dict[str, tuple[int, int, bool, int, int]] = {
        "causal": (6, 6, True, 0, _LONGEST),
        "none": (6, 6, False, 0, _LONGEST),
        "padding": (6, 6, False, 2, _LONGEST),
        "local window": (6, 6, False, 0, 1),
        "causal and padding": (6, 6, True, 2, _LONGEST),
        "causal and window": (6, 6, True, 0, 1),
        "3 queries, 6 keys, padding": (3, 6, False, 2, _LONGEST),
    }
    frames = [{"name": name, "html": mask_frame(*setting)} for name, setting in settings.items()]
    return Explorer(controls, mask_frame, _still("Mask:", frames))


def heads_explorer(tokens: Sequence[str], weights: Any, title: str = "") -> Explorer:
    """Explore what each head attends to in a sentence; pointing at a token shows its row.

    weights: (H, T, T), or (L, H, T, T) for several layers.
    """
    layers = _layers(weights, len(tokens))
    controls = {
        "layer": widgets.IntSlider(value=1, min=1, max=len(layers), description="layer"),
        "head": widgets.IntSlider(value=1, min=1, max=layers.shape[1], description="head"),
        "query": widgets.Dropdown(options=[(token, index) for index, token in enumerate(tokens)], description="query"),
    }
    if len(layers) == 1:
        controls["layer"].layout.display = "none"

    def draw(layer: int, head: int, query: int) -> Markup:
        place = f"layer {layer}, head {head}" if len(layers) > 1 else f"head {head}"
        return head_frame(tokens, layers[layer - 1, head - 1], query, f"{title}: {place}" if title else place)

    return Explorer(controls, draw, _head_stills(layers, draw))


def _layers(weights: Any, length: int) -> Array:
    several = np.ndim(weights) == 4
    layers = as_array(weights, "L, H, T, T" if several else "H, T, T", "heads_explorer()")
    layers = layers if several else layers[None]
    if layers.shape[2:] != (length, length):
        raise ValueError(
            f"heads_explorer() was given {length} tokens, so each head needs weights ({length}, {length}); "
            f"they have {layers.shape[2:]}"
        )
    return layers


def _head_stills(layers: Array, draw: Callable[..., Markup]) -> Markup:
    """Return frames of the most decided heads (lowest mean entropy): the ones in which there is something to see."""
    entropy = entropy_bits(layers).mean(axis=-1)
    order = np.argsort(entropy, axis=None, kind="stable")[:_MOST_STILLS]
    places = sorted(np.unravel_index(place, entropy.shape) for place in order)
    frames = [
        {
            "name": f"layer {layer + 1}, head {head + 1}" if len(layers) > 1 else f"head {head + 1}",
            "html": draw(int(layer) + 1, int(head) + 1, 0),
        }
        for layer, head in places
    ]
    return _still("Head:", frames)


def _still(question: str, frames: Sequence[dict[str, Any]]) -> Markup:
    template = TEMPLATES.get_template("still.html.j2")
    return Markup(template.render(style=_STYLE, question=question, frames=frames, note=_NOTE))
