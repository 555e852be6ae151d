"""Interactive explorers: sliders and buttons where a kernel answers, frames drawn beforehand where none does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import ipywidgets as widgets
import numpy as np
from IPython.display import display
from markupsafe import Markup

from figures.arrays import Array, as_array, as_labels
from figures.frames import Frame
from figures.head_frames import head_frame, head_height
from figures.mask_frames import mask_frame
from figures.rendering import data_uri, render
from figures.score_frames import scores_frame
from figures.score_numbers import KEY_SIZES
from figures.softmax import entropy_bits

_LONGEST: Final = 6  # queries and keys of the mask explorer: four tables fit on a page
_NO_WINDOW: Final = _LONGEST
_STILLS_SIZE: Final = 80_000  # characters of HTML: an executed notebook holds several explorers
_STYLE: Final = Markup((Path(__file__).parent / "templates" / "explorers.css").read_text(encoding="utf-8"))
_NOTE: Final = "In JupyterLab, run the cell for sliders that reach every setting."


@dataclass(frozen=True)
class Still:
    """What stands in for an explorer without a kernel: named frames, one shown at a time, in ``height`` pixels."""

    question: str
    frames: Mapping[str, Frame]
    height: int


class Explorer(widgets.VBox):  # type: ignore[misc]
    """Controls above a frame that follows them; displayed together with what stands in for it without a kernel."""

    def __init__(self, title: str, controls: Mapping[str, Any], draw: Callable[..., Frame], still: Still) -> None:
        self.controls = dict(controls)
        self.still = str(_still(title, still))
        self._draw = draw
        self._frame = widgets.HTML()
        for control in self.controls.values():
            control.style.description_width = "initial"
            control.observe(self._redraw, names="value")
        row = widgets.HBox([*self.controls.values()], layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([widgets.HTML(render("heading.html.j2", title=title, style=_STYLE)), row, self._frame])
        self.add_class("course-explorer")
        self._redraw()

    @property
    def html(self) -> str:
        """The frame now shown."""
        return str(self._frame.value)

    def _redraw(self, _change: Any = None) -> None:
        setting = {name: control.value for name, control in self.controls.items()}
        self._frame.value = str(self._draw(**setting).html())

    def _ipython_display_(self) -> None:
        """Send two outputs, of which a style sheet shows one: the frames, and the live widget where there is one.

        One output with both kinds would show an error in place of the frames whenever a notebook is opened again.
        """
        live = {**self._repr_mimebundle_(), "text/plain": ""}
        display({"text/html": self.still, "text/plain": "[explorer]"}, raw=True)
        display(live, raw=True)


def scaled_scores_explorer() -> Explorer:
    """Explore why scores are divided by √D_k: their spread, one softmax, its entropy and its gradient."""
    controls = {
        "key_size": widgets.SelectionSlider(options=KEY_SIZES, value=64, description="D_k, features of a key"),
        "scaled": widgets.Checkbox(value=False, description="divide by √D_k"),
    }
    settings = [(64, False), (64, True), (4, False), (4, True), (512, False), (512, True)]
    frames = {
        f"D_k = {size}, {'divided by √D_k' if scaled else 'not divided'}": scores_frame(size, scaled)
        for size, scaled in settings
    }
    return Explorer("Why scores are divided by √D_k", controls, scores_frame, Still("Setting:", frames, height=790))


def mask_explorer() -> Explorer:
    """Explore what masks do to scores and weights: causal, padding, local, and what they allow together."""
    windows = [*((f"|i − j| ≤ {width}", width) for width in range(_NO_WINDOW)), ("none", _NO_WINDOW)]
    controls = {
        "queries": widgets.IntSlider(value=_LONGEST, min=1, max=_LONGEST, description="queries T_q"),
        "keys": widgets.IntSlider(value=_LONGEST, min=1, max=_LONGEST, description="keys T_k"),
        "causal": widgets.Checkbox(value=True, description="causal"),
        "padding": widgets.IntSlider(value=0, min=0, max=_LONGEST, description="padded keys"),
        "window": widgets.SelectionSlider(options=windows, value=_NO_WINDOW, description="local window"),
    }
    frames = {
        "causal": mask_frame(6, 6, True, 0, _NO_WINDOW),
        "none": mask_frame(6, 6, False, 0, _NO_WINDOW),
        "padding": mask_frame(6, 6, False, 2, _NO_WINDOW),
        "local window": mask_frame(6, 6, False, 0, 1),
        "causal and padding": mask_frame(6, 6, True, 2, _NO_WINDOW),
        "causal and window": mask_frame(6, 6, True, 0, 1),
        "3 queries, 6 keys, padding": mask_frame(3, 6, False, 2, _NO_WINDOW),
    }
    return Explorer("What masks do to scores and weights", controls, mask_frame, Still("Mask:", frames, height=800))


def heads_explorer(
    tokens: Sequence[str], weights: Any, title: str = "", names: Sequence[str] | None = None
) -> Explorer:
    """Explore what each head attends to in a sentence; pointing at a token shows its row.

    weights: (H, T, T), or (L, H, T, T) for several layers. names: what the heads of a single layer are called, one for
    each; "head 1", "head 2", ... without them.
    """
    layers = _layers(weights, len(tokens))
    called = _head_names(layers, names)
    controls = {
        "layer": widgets.IntSlider(value=1, min=1, max=len(layers), description="layer"),
        "head": _head_control(layers.shape[1], names),
        "query": widgets.Dropdown(
            options=[(f"{index}: {token}", index) for index, token in enumerate(tokens)],
            value=len(tokens) // 2,
            description="query",
        ),
    }
    if len(layers) == 1:
        controls["layer"].layout.display = "none"

    def draw(layer: int, head: int, query: int) -> Frame:
        return head_frame(tokens, layers[layer - 1, head - 1], query, called[layer - 1][head - 1])

    frames = _decided_heads(layers, called, draw)
    still = Still("Head:", frames, height=head_height(len(tokens)) + 270)
    return Explorer(title or "What each head attends to", controls, draw, still)


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


def _head_names(layers: Array, names: Sequence[str] | None) -> list[list[str]]:
    """Return what each head of each layer is called."""
    heads = range(1, layers.shape[1] + 1)
    if names is None:
        several = len(layers) > 1
        return [
            [f"layer {layer}, head {head}" if several else f"head {head}" for head in heads]
            for layer in range(1, len(layers) + 1)
        ]
    if len(layers) > 1:
        raise ValueError("heads_explorer(names=...) is for the heads of one layer; these weights have several layers")
    return [as_labels(names, len(heads), "", "heads_explorer(names=...)")]


def _head_control(heads: int, names: Sequence[str] | None) -> Any:
    if names is None:
        return widgets.IntSlider(value=1, min=1, max=heads, description="head")
    options = [(name, head) for head, name in enumerate(names, start=1)]
    return widgets.Dropdown(options=options, value=1, description="head")


def _decided_heads(
    layers: Array, names: Sequence[Sequence[str]], draw: Callable[[int, int, int], Frame]
) -> dict[str, Frame]:
    """Return frames of the heads with the lowest mean entropy, where there is most to see, as many as there is room."""
    entropy = entropy_bits(layers).mean(axis=-1)
    places = [divmod(int(place), layers.shape[1]) for place in np.argsort(entropy, axis=None, kind="stable")]
    chosen: dict[tuple[int, int], Frame] = {}
    room = _STILLS_SIZE
    for layer, head in places:
        frame = draw(layer + 1, head + 1, layers.shape[-1] // 2)
        room -= len(frame.picture)
        if chosen and room < 0:
            break
        chosen[layer, head] = frame
    return {names[layer][head]: chosen[layer, head] for layer, head in sorted(chosen)}


def _still(title: str, still: Still) -> Markup:
    entries = [{"name": name, "html": frame.html()} for name, frame in still.frames.items()]
    page = render("still_page.html.j2", title=title, question=still.question, frames=entries, style=_STYLE, note=_NOTE)
    first = next(iter(still.frames.values()))
    return render(
        "still.html.j2",
        title=title,
        page=data_uri("text/html", page.encode()),
        height=still.height,
        picture=first.image(),
        tables=first.picture,
        sentence=first.sentence,
    )
