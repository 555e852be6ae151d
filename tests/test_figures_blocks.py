"""The pictures of the building blocks, and the graphs whose steps they count."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.blocks import pictures, planes, signals
from figures.dependencies import Graph, convolution_graph, dense_graph, dependency_diagram, recurrence_graph


def heard_by(graph: Graph, value: int) -> set[int]:
    """The inputs that a value depends on."""
    parents = graph.parents[value]
    return {value} if not parents else set().union(*(heard_by(graph, parent) for parent in parents))


def test_a_value_comes_one_step_after_the_latest_that_it_waits_for() -> None:
    graph = Graph(places=(0, 1, 2, 3), parents=((), (0,), (0, 1), (0,)))
    assert graph.steps == (0, 1, 2, 1)
    assert graph.depth == 2


@given(st.integers(1, 12))
def test_a_dense_layer_takes_one_step_and_each_value_hears_of_everything(length: int) -> None:
    graph = dense_graph(length)
    assert graph.depth == 1
    assert all(heard_by(graph, value) == set(range(length)) for value in range(length, 2 * length))


@given(st.integers(1, 12))
def test_a_recurrence_takes_as_many_steps_as_there_are_inputs_and_hears_of_the_past_only(length: int) -> None:
    graph = recurrence_graph(length)
    assert graph.depth == length
    assert all(heard_by(graph, length + t) == set(range(t + 1)) for t in range(length))


@given(layers=st.integers(1, 3), kernel=st.integers(2, 4))
def test_convolutions_hear_of_everything_after_length_minus_one_over_width_minus_one_layers(
    layers: int, kernel: int
) -> None:
    length = layers * (kernel - 1) + 1
    graph = convolution_graph(length, kernel)
    assert graph.depth == layers
    assert heard_by(graph, len(graph.parents) - 1) == set(range(length))
    assert all(heard_by(graph, value) != set(range(length)) for value in range(length, len(graph.parents) - 1))


def test_a_convolutions_value_is_drawn_above_the_middle_of_its_window() -> None:
    graph = convolution_graph(5, kernel=3)
    assert graph.places[5:8] == (1, 2, 3)


def test_a_kernel_of_one_number_never_hears_of_more_and_comes_to_an_end() -> None:
    assert convolution_graph(4, kernel=1).depth == 0


def test_the_diagram_says_how_many_steps_each_block_takes() -> None:
    figure = dependency_diagram({"dense": dense_graph(4), "recurrence": recurrence_graph(4)})
    assert [ax.get_title() for ax in figure.axes] == ["dense\n1 step", "recurrence\n4 steps"]


def test_the_diagram_draws_every_value_at_its_step() -> None:
    graph = recurrence_graph(3)
    [ax] = dependency_diagram({"recurrence": graph}).axes
    drawn = [line for line in ax.lines if line.get_linestyle() == "None"]
    heights = itertools.chain.from_iterable(line.get_ydata() for line in drawn)
    assert sorted(heights) == sorted(graph.steps)


def test_the_second_input_of_a_plane_grows_upwards() -> None:
    figure = planes({"answer": np.arange(6.0).reshape(2, 3)}, extent=1)
    [image] = figure.axes[0].images
    assert image.origin == "lower"
    assert image.get_extent() == [-1, 1, -1, 1]


def test_a_picture_says_its_size() -> None:
    figure = pictures({"edges": np.zeros((3, 5))})
    assert figure.axes[0].get_title() == "edges\n3 × 5"


def test_signals_keep_their_numbers_and_marks_cross_all_of_them() -> None:
    figure = signals({"a": [1.0, 2.0], "b": [0.0, 5.0, 1.0]}, marks=[1])
    for ax, values in zip(figure.axes, ([1.0, 2.0], [0.0, 5.0, 1.0]), strict=True):
        assert list(ax.lines[0].get_ydata()) == values
        assert any(list(line.get_xdata()) == [1, 1] for line in ax.lines)


@pytest.mark.parametrize("draw", [dependency_diagram, pictures, signals, lambda nothing: planes(nothing, 1)])
def test_nothing_to_draw_is_said(draw: object) -> None:
    with pytest.raises(ValueError, match="was given no"):
        draw({})  # type: ignore[operator]


@pytest.mark.parametrize("draw", [pictures, lambda values: planes(values, 1)])
def test_a_wrong_number_of_axes_is_named(draw: object) -> None:
    with pytest.raises(ValueError, match="rows, columns"):
        draw({"flat": [1.0, 2.0]})  # type: ignore[operator]
