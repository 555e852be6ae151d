"""A newer release never costs a student anything that they wrote."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from autograder.student.merging import NOTE, carry_over, closest, label, text

Cell = dict[str, Any]


def prose(source: str, **fields: Any) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": source, **fields}


def code(source: str, grade_id: str = "", locked: bool = False, **fields: Any) -> Cell:
    solution = bool(grade_id) and not locked
    mark = {"nbgrader": {"grade_id": grade_id, "solution": solution, "locked": locked}} if grade_id else {}
    return {
        "cell_type": "code", "metadata": mark, "source": source, "outputs": [], "execution_count": None, **fields
    }  # fmt: skip


def book(*cells: Cell, release: str = "1.0") -> dict[str, Any]:
    """A notebook whose ids are as a release makes them: the label, or the cell's number."""
    named = [{"id": label(cell) or f"cell-{index}", **cell} for index, cell in enumerate(cells)]
    return {"cells": named, "metadata": {"course": {"unit": "04", "release": release}}, "nbformat": 4}


def texts(notebook: dict[str, Any]) -> list[str]:
    return [text(cell) for cell in notebook["cells"]]


def edited(notebook: dict[str, Any], **sources: str) -> dict[str, Any]:
    """The notebook with new sources, by id with underscores for hyphens."""
    cells = [
        {**cell, "source": sources.get(cell["id"].replace("-", "_"), cell["source"])} for cell in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


def with_added(notebook: dict[str, Any], place: int, *cells: Cell) -> dict[str, Any]:
    return {**notebook, "cells": [*notebook["cells"][:place], *cells, *notebook["cells"][place:]]}


OLD = book(
    prose("# Title"), code("import torch", "given-setup", locked=True), prose("Build it."),
    code("def f(): raise NotImplementedError", "f"), code('check("f")', "check-f", locked=True), code("plot()"),
    prose("The end."),
)  # fmt: skip
NEW = book(
    prose("# Title"), prose("A paragraph that is new."), code("import torch, math", "given-setup", locked=True),
    prose("Build it."), code("def f(): raise NotImplementedError", "f"), code('check("f")', "check-f", locked=True),
    prose("Another new one."), code("plot()"), prose("The end, put better."), release="1.1",
)  # fmt: skip


def test_an_untouched_notebook_becomes_the_new_release() -> None:
    assert carry_over(OLD, OLD, NEW) == NEW


def test_a_solution_is_carried_over() -> None:
    merged = carry_over(edited(OLD, f="def f(): return 1"), OLD, NEW)
    assert texts(merged)[4] == "def f(): return 1"
    assert texts(merged)[:4] + texts(merged)[5:] == texts(NEW)[:4] + texts(NEW)[5:]


def test_edited_prose_and_demos_stay_where_they_were_though_their_numbers_have_changed() -> None:
    merged = carry_over(edited(OLD, cell_5="plot(7)", cell_2="Build it. My guess: 4"), OLD, NEW)
    assert texts(merged)[3] == "Build it. My guess: 4" and texts(merged)[7] == "plot(7)"
    assert len(merged["cells"]) == len(NEW["cells"])


def test_prose_that_both_changed_is_there_in_both_versions() -> None:
    merged = carry_over(edited(OLD, cell_6="The end. I liked it."), OLD, NEW)
    assert texts(merged)[-2:] == ["The end, put better.", "The end. I liked it."]


def test_added_cells_stay_behind_the_cell_that_they_followed() -> None:
    own = with_added(with_added(OLD, 4, code("f()", id="a")), 0, prose("Mine", id="b"))
    merged = texts(carry_over(own, OLD, NEW))
    assert merged[0] == "Mine" and merged[merged.index("f()") - 1] == "def f(): raise NotImplementedError"


def test_a_change_to_a_locked_cell_is_kept_as_a_note_that_does_not_run() -> None:
    merged = carry_over(edited(OLD, given_setup="import torch as t # ```"), OLD, NEW)
    assert texts(merged)[2] == "import torch, math"
    assert NOTE in texts(merged)[3] and "import torch as t # ```\n````" in texts(merged)[3]
    assert merged["cells"][3]["cell_type"] == "markdown"


def test_a_solution_of_an_exercise_that_is_gone_stays_as_the_students_own_cell() -> None:
    gone = book(*(cell for cell in NEW["cells"] if not label(cell).endswith("f")))
    merged = carry_over(edited(OLD, f="def f(): return 1"), OLD, gone)
    kept = next(cell for cell in merged["cells"] if text(cell) == "def f(): return 1")
    assert "nbgrader" not in kept["metadata"]


def test_a_deleted_cell_comes_back_as_released() -> None:
    own = {**OLD, "cells": [cell for cell in OLD["cells"] if label(cell) != "f"]}
    assert texts(carry_over(own, OLD, NEW)) == texts(NEW)


def test_a_copy_of_an_exercise_is_kept_without_its_mark() -> None:
    own = with_added(edited(OLD, f="first try"), 4, code("second try", "f", id="copy"))
    merged = carry_over(own, OLD, NEW)
    assert texts(merged)[4:6] == ["first try", "second try"]
    assert [label(cell) for cell in merged["cells"]].count("f") == 1


def test_outputs_stay_with_cells_whose_text_stays_but_no_verdict_of_older_checks() -> None:
    shown = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    own = {**OLD, "cells": [{**c, "outputs": shown} if c["cell_type"] == "code" else c for c in OLD["cells"]]}
    outputs = {cell["id"]: cell["outputs"] for cell in carry_over(own, OLD, NEW)["cells"] if "outputs" in cell}
    assert outputs["cell-7"] == outputs["f"] == shown
    assert outputs["check-f"] == outputs["given-setup"] == []


def test_a_notebook_whose_ids_a_tool_has_renewed_is_carried_over_all_the_same() -> None:
    renewed = edited(OLD, f="def f(): return 1", cell_5="plot(7)")
    renewed["cells"] = [{**cell, "id": f"x{index}"} for index, cell in enumerate(renewed["cells"])]
    merged = carry_over(renewed, OLD, NEW)
    assert "def f(): return 1" in texts(merged) and "plot(7)" in texts(merged)
    assert [text for text in texts(merged) if text not in ("def f(): return 1", "plot(7)")].count("Build it.") == 1


def test_the_release_that_a_notebook_comes_from_is_found_from_its_cells() -> None:
    own = with_added(edited(OLD, f="def f(): return 1", cell_6="mine"), 2, prose("x", id="a"))
    assert closest(own, [OLD, NEW]) == 0
    assert closest(carry_over(own, OLD, NEW), [OLD, NEW]) == 1
    assert closest(own, [OLD, {**NEW, "metadata": OLD["metadata"]}]) == 0
    assert closest(OLD, [OLD, {**OLD, "metadata": {"course": {"release": "1.1"}}}]) == 0


words = st.text("abc \n", max_size=6)
kinds = st.sampled_from(["prose", "demo", "exercise", "given"])
releases = st.lists(st.tuples(kinds, words), max_size=7)


def release(plan: list[tuple[str, str]]) -> dict[str, Any]:
    return book(*(_cell(kind, source, number) for number, (kind, source) in enumerate(plan)))


def _cell(kind: str, source: str, number: int) -> Cell:
    if kind == "prose":
        return prose(source)
    return code(source, "" if kind == "demo" else f"{kind}-{number}", locked=kind == "given")


@st.composite
def students(draw: st.DrawFn, base: dict[str, Any]) -> dict[str, Any]:
    """A student's version: cells edited, deleted, added and moved, each of the student's texts unlike any other."""
    cells = []
    for number, cell in enumerate(base["cells"]):
        deed = draw(st.sampled_from(["leave", "leave", "edit", "delete"]))
        cells += [{**cell, "source": f"own {number}"}] if deed == "edit" else [cell] if deed == "leave" else []
        cells += [prose(f"added {number} {n}", id=f"a{number}-{n}") for n in range(draw(st.integers(0, 2)))]
    return {**base, "cells": draw(st.permutations(cells)) if draw(st.booleans()) else cells}


@given(st.data(), releases, releases)
def test_nothing_that_a_student_wrote_is_lost_and_the_release_is_all_there(
    data: st.DataObject, old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    base, fresh = release(old), release(new)
    own = data.draw(students(base))
    merged = carry_over(own, base, fresh)
    written = set(texts(own)) - set(texts(base))
    kept = "\n\n".join(texts(merged))
    assert all(text in kept for text in written)
    assert [label(cell) for cell in merged["cells"] if label(cell)] == [
        label(cell) for cell in fresh["cells"] if label(cell)
    ]
    identities = [cell["id"] for cell in merged["cells"]]
    assert len(set(identities)) == len(identities)


@given(st.data(), releases, releases)
def test_carrying_over_a_second_time_changes_nothing(
    data: st.DataObject, old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    merged = carry_over(data.draw(students(release(old))), release(old), release(new))
    assert carry_over(merged, release(new), release(new)) == merged


@given(st.data(), releases)
def test_added_cells_keep_their_order(data: st.DataObject, plan: list[tuple[str, str]]) -> None:
    base = release(plan)
    own = data.draw(students(base))
    own["cells"] = sorted(own["cells"], key=lambda cell: cell["id"].startswith("a"))
    added = [text for text in texts(own) if text.startswith("added")]
    assert [text for text in texts(carry_over(own, base, base)) if text.startswith("added")] == added
