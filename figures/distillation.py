"""Pictures of distillation: softened answers, which layers go where, and what accuracy costs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from figures.arrays import Array, as_array, as_labels
from figures.drawing import Bars, Line, Scale, Shape, Words, svg
from figures.explorers import Explorer, Still
from figures.frames import Frame
from figures.lines import line_look, spread
from figures.softmax import entropy_bits
from figures.style import COLOURS, figure_of, new_axes, styled

TEMPERATURES: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_ROW: Final = 46  # height of a class in the explorer


def softened(logits: Array, temperature: float) -> Array:
    """Return softmax(z / τ) of each row of ``logits`` (..., C)."""
    heights = np.exp((logits - logits.max(axis=-1, keepdims=True)) / temperature)
    return np.asarray(heights / heights.sum(axis=-1, keepdims=True))


@styled
def answers(logits: Any, labels: Sequence[str], temperatures: Sequence[float], right: int | None = None) -> Figure:
    """Draw one answer at several temperatures side by side, the right class marked.

    logits: (C,), one for each label.
    """
    scores = as_array(logits, "C", "answers()")
    names = as_labels(labels, len(scores), "class ", "answers()")
    figure = Figure(figsize=(3.0 * len(temperatures) + 1.5, 0.42 * len(names) + 1.4), layout="constrained")
    panels = np.atleast_1d(figure.subplots(1, len(temperatures), sharey=True))
    places = np.arange(len(names))[::-1]
    for panel, temperature in zip(panels, temperatures, strict=True):
        colours = [COLOURS["value"] if place == right else COLOURS["query"] for place in range(len(names))]
        shares = softened(scores, temperature)
        panel.barh(places, shares, color=colours, height=0.68)
        for place, share in zip(places, shares, strict=True):
            panel.annotate(f"{share:.3f}", (share, place), xytext=(4, 0), textcoords="offset points", va="center")
        panel.set(title=f"τ = {temperature:g}", xlim=(0, 1.25), xticks=[0, 0.5, 1], xlabel="probability")
    panels[0].set_yticks(places, names)
    return figure


@styled
def which_layers(teacher: int, student: int) -> Figure:
    """Draw the layers of a teacher, bottom up, and which of them a student gets."""
    if teacher % student:
        raise ValueError(f"which_layers() can't spread {student} layers evenly over {teacher}")
    step = teacher // student
    ax = new_axes(7.5, 0.62 * teacher + 2.2)
    for number in range(teacher):
        taken = number % step == 0
        _box(ax, 0, number, f"layer {number}", COLOURS["query"] if taken else COLOURS["faint"])
        if taken:
            _box(ax, 4, number, f"layer {number // step}", COLOURS["query"])
            ax.annotate(
                "", (4, number + 0.35), (2.2, number + 0.35), arrowprops={"arrowstyle": "-|>", "linewidth": 1.8}
            )
    for left in (0, 4):
        _box(ax, left, -1.1, "embeddings", COLOURS["key"])
        _box(ax, left, teacher + 0.1, "pooler", COLOURS["key"])
    for height in (-1.1, teacher + 0.1):
        ax.annotate("", (4, height + 0.35), (2.2, height + 0.35), arrowprops={"arrowstyle": "-|>", "linewidth": 1.8})
    for left, who in ((0, "teacher"), (4, "student")):
        ax.text(left + 1.1, -1.7, who, ha="center", fontweight="bold")
    ax.set(xlim=(-0.3, 6.6), ylim=(-2.1, teacher + 1.2))
    ax.set_axis_off()
    return figure_of(ax)


def _box(ax: Any, left: float, bottom: float, text: str, colour: str) -> None:
    pale = colour == COLOURS["faint"]
    shape = FancyBboxPatch(
        (left, bottom), 2.2, 0.7, boxstyle="round,pad=0.02", facecolor=colour, edgecolor=COLOURS["ink"], linewidth=1
    )
    ax.add_patch(shape)
    ink = COLOURS["masked"] if pale else "white"
    ax.text(left + 1.1, bottom + 0.35, text, ha="center", va="center", color=ink, fontweight="bold")


@styled
def pareto(models: Mapping[str, tuple[float, float, Sequence[float]]], xlabel: str, ylabel: str) -> Figure:
    """Draw models by what they cost and how good they are; the line joins those that no other one beats in both.

    models: name → (cost, size in megabytes, one value a seed). The area of a mark is the size. Models of the same cost
    are drawn side by side.
    """
    if not models:
        raise ValueError("pareto() was given no model to draw")
    ax = new_axes(10.5, 5.5)
    largest = max(size for _, size, _ in models.values())
    drawn_at = side_by_side({name: cost for name, (cost, *_) in models.items()})
    means = {}
    for index, (name, (cost, size, values)) in enumerate(models.items()):
        seeds = as_array(values, "seeds", f"pareto(), model {name!r},")
        means[name] = (cost, float(seeds.mean()))
        look = line_look(index)
        across = drawn_at[name]
        ax.plot([across, across], [seeds.min(), seeds.max()], color=look["color"], linewidth=2)
        area = 60 + 500 * size / largest
        ax.scatter(across, seeds.mean(), s=area, color=look["color"], marker=look["marker"], alpha=0.75, zorder=3)
    low, high = ax.get_ylim()
    places = spread({name: (quality - low) / (high - low) for name, (_, quality) in means.items()})
    for name, place in places.items():
        right = max(x for other, x in drawn_at.items() if models[other][0] == models[name][0])
        where = (right, low + place * (high - low))
        text = f"{name} ({models[name][1]:.0f} MB)"
        colour = line_look(list(models).index(name))["color"]
        ax.annotate(text, where, xytext=(18, 0), textcoords="offset points", va="center", fontsize=12, color=colour)
    ax.set_ylim(low, high)
    ax.plot(*zip(*front(means), strict=True), color=COLOURS["masked"], linestyle="--", linewidth=1.5, zorder=1)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.set_xlim(0, 1.45 * max(cost for cost, _ in means.values()))
    ax.grid(axis="y")
    return figure_of(ax)


def side_by_side(costs: Mapping[str, float]) -> dict[str, float]:
    """Return where models are drawn: at their cost, or in a row around it where several cost the same."""
    gap = 0.035 * max(costs.values())
    groups: dict[float, list[str]] = {}
    for name, cost in costs.items():
        groups.setdefault(cost, []).append(name)
    return {
        name: cost + gap * (place - (len(group) - 1) / 2)
        for cost, group in groups.items()
        for place, name in enumerate(group)
    }


def front(means: Mapping[str, tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the (cost, quality) pairs that no other pair beats in one and equals in the other, by cost."""
    found: list[tuple[float, float]] = []
    for cost, quality in sorted(means.values(), key=lambda pair: (pair[0], -pair[1])):
        if not found or quality > found[-1][1]:
            found.append((cost, quality))
    return found


def temperature_explorer(logits: Any, labels: Sequence[str], right: int) -> Explorer:
    """Explore what a temperature makes of a teacher's answers.

    logits: (C,), one for each label; right: the class of the label.
    """
    scores = as_array(logits, "C", "temperature_explorer()")
    names = as_labels(labels, len(scores), "class ", "temperature_explorer()")
    controls = {
        "temperature": widgets.FloatLogSlider(value=1.0, base=2, min=-2, max=5, step=0.25, description="temperature τ")
    }

    def draw(temperature: float) -> Frame:
        return answer_frame(scores, names, right, temperature)

    frames = {f"τ = {temperature:g}": draw(temperature) for temperature in TEMPERATURES}
    height = _ROW * len(names) + 250
    return Explorer("What a temperature makes of an answer", controls, draw, Still("Temperature:", frames, height))


def answer_frame(scores: Array, names: Sequence[str], right: int, temperature: float) -> Frame:
    """Return the picture of one answer at a temperature, and what it says beside the best class."""
    shares = softened(scores, temperature)
    across, shapes = Scale(0, 1, 250, 800), list[Shape]()
    for row, (name, share) in enumerate(zip(names, shares, strict=True)):
        top = 40 + _ROW * row
        fill = COLOURS["value"] if row == right else COLOURS["query"]
        shapes.append(Words(238, top + 22, name, anchor="end", bold=row == right))
        shapes.append(Bars([(250, top, max(across(share) - 250, 0.5), 30)], fill))
        shapes.append(Words(across(share) + 10, top + 22, f"{share:.3f}", anchor="start"))
    bottom = 40 + _ROW * len(names)
    shapes.append(Line([(250, 30), (250, bottom)]))
    best = int(shares.argmax())
    others = np.delete(shares, best)
    relative = others / others.sum()
    sentence = (
        f"τ = {temperature:.3g}: {shares[best]:.3f} for the best class ({names[best]}), {others.sum():.3f} for all "
        f"others together; the answer holds {float(entropy_bits(shares)):.2f} of {np.log2(len(names)):.2f} bits. Among "
        f"the others the largest has {relative.max():.2f} of what is left."
    )
    return Frame(svg(960, bottom + 20, shapes, alt=sentence), sentence, is_image=True)
