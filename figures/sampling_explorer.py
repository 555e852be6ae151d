"""An explorer that samples from a language model: what each dial leaves of the next token, and what text it makes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import ipywidgets as widgets
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from figures.drawing import Bars, Line, Shape, Words, svg
from figures.explorers import Explorer, Still
from figures.frames import Frame
from figures.style import COLOURS

_SHOWN: Final = 10  # candidates
_ROW: Final = 27
_TOP: Final = 60
_LEFT: Final = 60  # where the bars begin
_WIDEST: Final = 210  # a certainty's bar
_TEXT: Final = 400  # where the text begins
_WIDTH: Final = 960
_HEIGHT: Final = 350
_SIZE: Final = 16
_LINE: Final = 26
_BLANK: Final = 0.318 * _SIZE  # the width of a blank in DejaVu Sans
_NO_LIMIT: Final = 0  # the slider's end that turns top-k off
_SHORTEST_BAR: Final = 1.5


@dataclass(frozen=True)
class Candidate:
    """A token that may come next: its probability before the filters and after them (0 where it was dropped)."""

    token: str
    before: float
    after: float


@dataclass(frozen=True)
class Sampled:
    """What came of one setting: the likeliest next tokens, likeliest first, and a continuation, piece by piece.

    pieces: words and what stands between them, each with whether it is a word of the training text (True for what is no
    word). repeated: share of the continuation that has stood in it before.
    """

    prompt: str
    candidates: Sequence[Candidate]
    pieces: Sequence[tuple[str, bool]]
    repeated: float


Sample = Callable[[str, float, int | None, float | None, int], Sampled]
"""Prompt, temperature, top-k, top-p and seed → what comes of them."""


def sampling_explorer(sample: Sample, prompt: str, settings: Mapping[str, Mapping[str, Any]]) -> Explorer:
    """Explore what temperature, top-k and top-p do; ``settings``, name → filters, are shown where no kernel answers."""

    def draw(start: str, temperature: float, top_k: int, top_p: float, seed: int) -> Frame:
        try:
            found = sample(start, temperature, top_k or None, top_p if top_p < 1 else None, seed)
        except ValueError as problem:
            return _refusal(start, problem)
        return sampling_frame(found)

    controls = {
        "start": widgets.Text(value=prompt, description="prompt (Enter)", continuous_update=False),
        "temperature": widgets.FloatSlider(
            value=1.0, min=0.1, max=2.0, step=0.1, description="temperature", continuous_update=False
        ),
        "top_k": widgets.IntSlider(
            value=_NO_LIMIT, min=_NO_LIMIT, max=30, description="top-k (0: off)", continuous_update=False
        ),
        "top_p": widgets.FloatSlider(
            value=1.0, min=0.05, max=1.0, step=0.05, description="top-p (1: off)", continuous_update=False
        ),
        "seed": widgets.IntSlider(value=0, min=0, max=20, description="draw number", continuous_update=False),
    }
    frames = {
        name: draw(prompt, dials.get("temperature", 1.0), dials.get("top_k", 0), dials.get("top_p", 1.0), 0)
        for name, dials in settings.items()
    }
    return Explorer("What the dials do", controls, draw, Still("Setting:", frames, height=_HEIGHT + 280))


def sampling_frame(found: Sampled) -> Frame:
    """Return the picture of one setting: bars before (outlined) and after the filters, and the text that came of it."""
    kept = [candidate for candidate in found.candidates if candidate.after > 0]
    shapes = [*_bars(found.candidates[:_SHOWN]), *_text(found)]
    words = [known for piece, known in found.pieces if piece[:1].isalpha()]
    sentence = (
        f"{len(kept)} of {len(found.candidates)} characters may come next; the likeliest has {kept[0].after:.0%}. "
        f"Of the words written, {_share(words):.0%} occur in the training text (the others are underlined); "
        f"{found.repeated:.0%} of the text is a repetition of what it has said before."
    )
    return Frame(svg(_WIDTH, _HEIGHT, shapes, alt=sentence), sentence, is_image=True)


def _bars(candidates: Sequence[Candidate]) -> Iterator[Shape]:
    yield Words(_LEFT - 45, 24, f"the {len(candidates)} likeliest next characters", "start", 16, bold=True)
    yield Words(_LEFT - 45, 44, "thin: the model says; thick: after the dials", "start", 13)
    for row, candidate in enumerate(candidates):
        y = _TOP + row * _ROW
        before, after = (max(_SHORTEST_BAR, _WIDEST * share) for share in (candidate.before, candidate.after))
        dropped = candidate.after == 0
        yield Words(_LEFT - 12, y + 16, _visible(candidate.token), "end", 17)
        yield Bars([(_LEFT, y + 3, before, 4)], COLOURS["masked"])
        if not dropped:
            yield Bars([(_LEFT, y + 8, after, 12)], COLOURS["output"])
        told = "dropped" if dropped else f"{candidate.after:.0%}"
        yield Words(_LEFT + max(before, 0 if dropped else after) + 8, y + 17, told, "start", 14)


def _text(found: Sampled) -> Iterator[Shape]:
    """Write prompt and continuation, wrapped; words that the training text doesn't have are bold and underlined."""
    yield Words(_TEXT, 24, "one text that came of it, after the prompt in grey", "start", 16, bold=True)
    x, y = float(_TEXT), float(_TOP + 6)
    for piece, known, is_prompt in [(found.prompt, True, True), *((*piece, False) for piece in found.pieces)]:
        colour = COLOURS["masked"] if is_prompt else COLOURS["ink"] if known else COLOURS["accent"]
        for part in _parts(piece):
            inked = part.strip(" ")
            width = _width(inked, bold=not known)
            x += _BLANK * (len(part) - len(part.lstrip(" ")))
            if x + width > _WIDTH - 10:
                x, y = float(_TEXT), y + _LINE
            if y > _HEIGHT - 10:
                return
            if inked:
                yield Words(x, y, inked, "start", _SIZE, bold=not known, colour=colour)
            if not known:
                yield Line([(x, y + 4), (x + width, y + 4)], colour=COLOURS["accent"], width=1.2)
            x += width + (_BLANK * (len(part) - len(part.rstrip(" "))) if inked else 0)


def _parts(piece: str) -> list[str]:
    """Cut a piece before its blanks, so that lines can be broken there."""
    return [part for part in piece.replace("\n", "¶ ").replace(" ", "\0 ").split("\0") if part]


def _visible(token: str) -> str:
    return {"\n": "¶", " ": "␣"}.get(token, token)


def _width(text: str, bold: bool) -> float:
    """Return the width of a text in DejaVu Sans, the first font of the drawings."""
    if not text:
        return 0.0
    font = FontProperties(family="DejaVu Sans", size=_SIZE, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text.replace("$", r"\$"), font, False)[0])


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def _refusal(start: str, problem: ValueError) -> Frame:
    sentence = f"“{start}” can't be continued: {problem}."
    return Frame(svg(_WIDTH, 60, [Words(20, 36, sentence, "start")], sentence), sentence, is_image=True)
