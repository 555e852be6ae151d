"""What waits for what: a block's values as a graph, its steps counted and drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from figures.style import COLOURS, styled

_PANEL: Final = 3.4  # inches


@dataclass(frozen=True)
class Graph:
    """What a block computes from T inputs: for each value, the place it is drawn at and the values it is made from.

    places: from left to right, one for each value. parents: the values (by number) that each is made from, all of them
    with smaller numbers; an input has none.
    """

    places: tuple[float, ...]
    parents: tuple[tuple[int, ...], ...]

    @property
    def steps(self) -> tuple[int, ...]:
        """The step at which each value can be there: 0 for inputs, else one more than the latest that it waits for."""
        found: list[int] = []
        for parents in self.parents:
            found.append(1 + max(found[parent] for parent in parents) if parents else 0)
        return tuple(found)

    @property
    def depth(self) -> int:
        """The number of steps that must be taken one after the other."""
        return max(self.steps)


def dense_graph(length: int) -> Graph:
    """Return a layer of as many neurons as inputs: each is made from all inputs."""
    inputs = tuple(range(length))
    return Graph(places=(*inputs, *inputs), parents=(*((),) * length, *(inputs,) * length))


def convolution_graph(length: int, kernel: int) -> Graph:
    """Return convolutions on top of each other until one value has heard of every input, or the kernel fits no more."""
    places: list[float] = list(range(length))
    parents: list[tuple[int, ...]] = [()] * length
    row = list(range(length))
    while len(row) >= kernel > 1:
        windows = [tuple(row[start : start + kernel]) for start in range(len(row) - kernel + 1)]
        row = list(range(len(places), len(places) + len(windows)))
        places += [float(np.mean([places[value] for value in window])) for window in windows]
        parents += windows
    return Graph(tuple(places), tuple(parents))


def recurrence_graph(length: int) -> Graph:
    """Return a recurrence: each state is made from its input and from the state before."""
    inputs = tuple(range(length))
    states = tuple((t,) if t == 0 else (t, length + t - 1) for t in inputs)
    return Graph(places=(*inputs, *inputs), parents=(*((),) * length, *states))


@styled
def dependency_diagram(graphs: Mapping[str, Graph]) -> Figure:
    """Draw what waits for what, a panel for each graph: a value's height is the step at which it can be there.

    Values of one height wait for none of each other: they can be computed at the same time.
    """
    if not graphs:
        raise ValueError("dependency_diagram() was given no graph to draw")
    figure = Figure(figsize=(_PANEL * len(graphs), 4.4), layout="constrained")
    panels = figure.subplots(1, len(graphs), sharey=True, squeeze=False)[0]
    for ax, (name, graph) in zip(panels, graphs.items(), strict=True):
        _draw_graph(ax, graph)
        ax.set_title(f"{name}\n{graph.depth} step{'s' if graph.depth != 1 else ''}")
        ax.set_xlabel("place in the signal")
    panels[0].set_ylabel("step")
    return figure


def _draw_graph(ax: Axes, graph: Graph) -> None:
    for value, parents in enumerate(graph.parents):
        for parent in parents:
            ax.plot(
                [graph.places[parent], graph.places[value]],
                [graph.steps[parent], graph.steps[value]],
                color=COLOURS["masked"],
                linewidth=0.8,
                zorder=1,
            )
    inputs = [not parents for parents in graph.parents]
    for chosen, role, marker in ((True, "ink", "s"), (False, "output", "o")):
        values = [value for value, is_input in enumerate(inputs) if is_input is chosen]
        ax.plot(
            [graph.places[value] for value in values],
            [graph.steps[value] for value in values],
            marker,
            color=COLOURS[role],
            markersize=9,
            zorder=2,
        )
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(axis="y")
    ax.set_xticks([])
