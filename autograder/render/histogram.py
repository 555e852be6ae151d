"""The distribution of a class's scores, as a picture that stands in a page and follows its colours."""

import io
import re
from collections.abc import Sequence

from markupsafe import Markup, escape

BINS = 20
INK = "#010203"
BAR = "#040506"


def histogram(scores: Sequence[int], max_score: int) -> Markup:
    """Return an SVG histogram of scores out of ``max_score``, with its content in words for those who don't see it."""
    if not scores or max_score < 1:
        return Markup("")
    # Only a report needs matplotlib, and not all of it: pyplot would look for a screen.
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    width = max(1, -(-max_score // BINS))
    edges = [width * place - 0.5 for place in range(max_score // width + 2)]
    figure = Figure(figsize=(7.2, 2.6), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    axes.hist(scores, bins=edges, color=BAR, rwidth=0.9)
    axes.set(xlabel=f"score (of {max_score})", ylabel="submissions", xlim=(-0.5, edges[-1]))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(INK)
    axes.tick_params(colors=INK)
    axes.xaxis.label.set_color(INK)
    axes.yaxis.label.set_color(INK)
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return Markup(_inline(drawn.getvalue(), described(scores, max_score)))


def described(scores: Sequence[int], max_score: int) -> str:
    """Return the distribution in a sentence."""
    ordered = sorted(scores)
    quarter, half, three = (ordered[len(ordered) * part // 4] for part in (1, 2, 3))
    return (
        f"Scores of {len(ordered)} submissions, out of {max_score}: from {ordered[0]} to {ordered[-1]}, "
        f"a quarter below {quarter}, half below {half}, a quarter above {three}."
    )


def _inline(svg: str, words: str) -> str:
    """Return matplotlib's file as an element whose colours are the page's."""
    element = svg[svg.index("<svg") :]
    element = re.sub(r"<metadata>.*?</metadata>", "", element, flags=re.DOTALL)
    element = element.replace(INK, "currentColor").replace(BAR, "var(--accent)")
    return element.replace("<svg", f'<svg role="img" aria-label="{escape(words)}"', 1)
