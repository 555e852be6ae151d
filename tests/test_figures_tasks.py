"""Pictures of unit 09."""

import numpy as np

from figures.tasks import TASKS, four_tasks, span_table


def test_every_task_is_drawn_with_its_answers() -> None:
    panels = four_tasks().axes
    assert [ax.get_title(loc="left") for ax in panels] == [task.name for task in TASKS]
    for ax, task in zip(panels, TASKS, strict=True):
        texts = {text.get_text() for text in ax.texts}
        assert {*task.tokens, *task.answers.values()} <= texts


def test_only_legal_sums_are_written_into_the_table() -> None:
    legal = np.array([[True, True], [False, True]])
    (ax,) = span_table([1.0, 2.0], [0.5, 0.25], legal, (1, 1), ["a", "b"]).axes
    assert {text.get_text() for text in ax.texts} == {"1.5", "1.2", "2.2"}
