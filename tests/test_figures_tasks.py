"""Pictures of unit 09."""

import numpy as np

from figures.search_explorer import Found, search_explorer
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


def test_a_search_shows_every_document_found_and_a_question_that_is_empty_is_asked_for() -> None:
    def find(question: str, way: str) -> list[Found]:
        return [Found(f"module.{way}", f"What {question} says", 0.5), Found("other", "Something else", -0.1)]

    explorer = search_explorer(find, ("this", "that"), ("mean", "cls"))
    assert "module.mean 0.50; other -0.10" in explorer.html
    assert "“this”, by mean vectors: module.mean 0.50" in explorer.still
    explorer.controls["question"].value = " "
    assert "Write a question" in explorer.html
