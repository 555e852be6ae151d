"""Reading submissions: what is run, in which order, and what is said about repairs."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
import sample_notebooks as sample
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from sample_notebooks import (
    ATTENTION,
    CAUSAL,
    CAUSAL_STUB,
    HELPER,
    PADDING,
    PADDING_STUB,
    SETUP,
    answered_cells,
    check,
    code,
    demo,
    dump,
    notebook,
    solution,
    text,
)

from autograder.grading.notebook_file import MAX_BYTES, Rejected, parse_notebook
from autograder.grading.python_file import bound_names, statements
from autograder.grading.submission import Reading, read_notebook, read_python

RELEASE = sample.small_release()


def read(cells: list[dict[str, Any]], **course: str) -> Reading:
    return read_notebook(notebook(cells, **course), RELEASE)


def run_order(reading: Reading) -> list[tuple[str, str]]:
    return [(cell.kind, cell.name) for cell in reading.cells]


def answer(reading: Reading, component: str) -> str:
    return next(cell.source for cell in reading.cells if cell.name == component)


def labelled(cells: list[dict[str, Any]], label: str) -> dict[str, Any]:
    return next(cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == label)


def without(cells: list[dict[str, Any]], label: str) -> list[dict[str, Any]]:
    return [cell for cell in cells if cell is not labelled(cells, label)]


IN_ORDER = [
    ("given", "setup"),
    ("solution", "causal_mask"),
    ("given", "helper"),
    ("solution", "padding_mask"),
    ("solution", "MultiHeadAttention"),
]


def test_an_answered_notebook_needs_no_repair_and_runs_in_order_without_demo_and_check_cells():
    reading = read(answered_cells())
    assert run_order(reading) == IN_ORDER
    assert reading.notes == ()
    assert answer(reading, "causal_mask") == CAUSAL


def test_cells_that_the_student_added_run_where_they_stand():
    cells = answered_cells()
    cells.insert(2, code("HALF = 0.5"))
    assert [name for _, name in run_order(read(cells))][:3] == ["setup", "added-3", "causal_mask"]


def test_an_edited_given_cell_is_replaced_and_reported():
    cells = answered_cells()
    labelled(cells, "given-setup")["source"] = "import os; torch = None"
    reading = read(cells)
    assert answer(reading, "setup") == SETUP
    assert any("given-setup" in note for note in reading.notes)


def test_changed_points_are_reported_and_do_not_count():
    cells = answered_cells()
    labelled(cells, "check-causal_mask")["metadata"]["nbgrader"]["points"] = 1000
    assert any("Points" in note and "check-causal_mask" in note for note in read(cells).notes)


@pytest.mark.parametrize("slug", ["setup", "helper"])
def test_a_deleted_given_cell_is_put_back_where_the_release_has_it(slug: str):
    reading = read(without(answered_cells(), f"given-{slug}"))
    assert run_order(reading) == IN_ORDER
    assert any(f"given-{slug}" in note for note in reading.notes)


def test_a_given_cell_that_was_moved_down_still_runs_before_what_needs_it():
    cells = answered_cells()
    cells.append(cells.pop(1))
    assert run_order(read(cells)) == IN_ORDER


def test_exercises_run_in_the_order_in_which_the_student_has_put_them():
    cells = answered_cells()
    cells.append(cells.pop(2))
    assert [name for kind, name in run_order(read(cells)) if kind == "solution"] == [
        "padding_mask",
        "MultiHeadAttention",
        "causal_mask",
    ]


def test_a_missing_exercise_is_reported_and_the_others_are_kept():
    reading = read(without(answered_cells(), "causal_mask"))
    assert [name for kind, name in run_order(reading) if kind == "solution"] == ["padding_mask", "MultiHeadAttention"]
    assert "The cell of causal_mask is missing." in reading.notes


def test_an_exercise_counts_as_unwritten_only_as_it_was_released():
    cells = answered_cells()
    labelled(cells, "causal_mask")["source"] = f"\n{CAUSAL_STUB}\n"
    labelled(cells, "padding_mask")["source"] = f"{PADDING_STUB}  # I tried"
    assert read(cells).unwritten == {"causal_mask"}
    assert read([*cells, code("causal_mask.__code__ = (lambda length: length).__code__")]).unwritten == frozenset()
    assert read(answered_cells()).unwritten == frozenset()


@pytest.mark.parametrize("stub_first", [True, False])
def test_of_a_duplicated_exercise_the_copy_that_is_filled_in_wins(stub_first: bool):
    cells = answered_cells()
    cells.insert(2 if stub_first else 3, solution("causal_mask", CAUSAL_STUB))
    reading = read(cells)
    assert answer(reading, "causal_mask") == CAUSAL
    assert run_order(reading) == IN_ORDER
    assert any("2 cells are labelled causal_mask" in note for note in reading.notes)


def test_of_two_different_answers_the_last_wins_and_the_first_still_runs():
    cells = answered_cells()
    cells.insert(2, solution("causal_mask", "def causal_mask(length):\n    return None"))
    reading = read(cells)
    assert answer(reading, "causal_mask") == CAUSAL
    assert ("added", "added-3") in run_order(reading)


def test_a_duplicated_class_that_is_still_the_stub_loses():
    cells = [*answered_cells(), solution("MultiHeadAttention", sample.ATTENTION_STUB + "\n")]
    assert answer(read(cells), "MultiHeadAttention") == ATTENTION


@pytest.mark.parametrize("label", ["", "my_mask"])
def test_an_exercise_whose_label_was_lost_or_changed_is_found_by_what_it_defines(label: str):
    cells = answered_cells()
    cell = labelled(cells, "causal_mask")
    cell["metadata"] = {"nbgrader": {"grade_id": label}} if label else {}
    reading = read(cells)
    assert run_order(reading) == IN_ORDER
    assert any("causal_mask was found in another cell" in note for note in reading.notes)


def test_swapped_labels_are_undone():
    cells = answered_cells()
    first, second = labelled(cells, "causal_mask"), labelled(cells, "padding_mask")
    first["metadata"], second["metadata"] = second["metadata"], first["metadata"]
    reading = read(cells)
    assert answer(reading, "causal_mask") == CAUSAL
    assert answer(reading, "padding_mask") == PADDING


def test_an_answer_in_a_cell_of_its_own_below_the_untouched_stub_counts():
    cells = answered_cells()
    labelled(cells, "causal_mask")["source"] = CAUSAL_STUB
    cells.append(code(CAUSAL))
    assert answer(read(cells), "causal_mask") == CAUSAL


def test_two_answers_in_one_cell_both_count():
    cells = answered_cells()
    labelled(cells, "causal_mask")["source"] = f"{CAUSAL}\n\n\n{PADDING}"
    labelled(cells, "padding_mask")["source"] = PADDING_STUB
    reading = read(cells)
    assert "padding_mask" in answer(reading, "padding_mask")
    assert not answer(reading, "padding_mask").endswith("NotImplementedError")


def test_an_answer_that_was_turned_into_text_is_run_as_code():
    cells = answered_cells()
    labelled(cells, "causal_mask")["cell_type"] = "markdown"
    reading = read(cells)
    assert run_order(reading) == IN_ORDER
    assert any("no longer a code cell" in note for note in reading.notes)


def test_a_cell_that_the_student_tagged_demo_is_not_run():
    cells = answered_cells()
    cells.insert(2, demo("while True: pass"))
    assert run_order(read(cells)) == IN_ORDER


def test_an_older_release_is_graded_with_one_note_and_no_complaint_about_its_locked_cells():
    cells = answered_cells()
    labelled(cells, "given-setup")["source"] = "import torch as old"
    reading = read(cells, release="0.9")
    assert run_order(reading) == IN_ORDER
    assert reading.notes == ("The notebook is of release 0.9; it was graded under release 1.0.",)


def test_a_check_cell_of_an_older_release_is_not_run():
    assert run_order(read([*answered_cells(), check("hard_attention", 5)], release="0.9")) == IN_ORDER


def test_the_rebuilt_notebook_keeps_the_students_text_and_the_releases_checks():
    cells = [*answered_cells(), text("I expect the loss to fall.")]
    labelled(cells, "check-causal_mask")["source"] = "1000.0"
    layout = read(cells).layout
    assert [cell.source for cell in layout if cell.role == "text"][-1] == "I expect the loss to fall."
    assert ("check", 'check("causal_mask")') in [(cell.role, cell.source) for cell in layout]


def test_another_units_notebook_is_rejected_by_name():
    with pytest.raises(Rejected, match="05-transformer, not of 04-multi-head-attention"):
        read(answered_cells(), unit="05-transformer")


def test_a_notebook_without_a_unit_and_without_any_exercise_is_rejected():
    with pytest.raises(Rejected, match="none of its exercises"):
        read_notebook(dump({"cells": [code("x = 1")], "metadata": {}}), RELEASE)


def test_a_notebook_that_lost_all_its_metadata_is_graded_by_what_it_defines():
    cells = [
        {"cell_type": "code", "source": cell["source"]} for cell in answered_cells() if cell["cell_type"] == "code"
    ]
    reading = read_notebook(dump({"cells": cells}), RELEASE)
    assert {name for kind, name in run_order(reading) if kind == "solution"} == set(RELEASE.components)


NOT_NOTEBOOKS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "blank": (b" \n ", "empty"),
    "cut off": (notebook(answered_cells())[:-40], "stops being JSON at line 1"),
    "merge conflict": (b'{"cells": [\n<<<<<<< HEAD\n{}\n=======\n>>>>>>> main\n]}', "merge conflict"),
    "web page": (b"<!DOCTYPE html><html></html>", "web page"),
    "zip": (b"PK\x03\x04rest", "zip archive"),
    "binary": (bytes(range(256)), "isn't a notebook"),
    "a list": (b"[1, 2]", "JSON list"),
    "no cells": (b"{}", "no list of cells"),
    "cells of the wrong type": (b'{"cells": {"a": 1}}', "no list of cells"),
    "deep nesting": (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    "deep metadata": (b'{"cells": [], "metadata": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}", "nested"),
    "a number without end": (b'{"cells": [], "x": ' + b"9" * 10_000 + b"}", "number too long"),
    "too many brackets": (b"[" + b"[]," * 5_000_001 + b"[]]", "nests more lists"),
    "too large": (b" " * MAX_BYTES + b"{}", "MB are read"),
    "too many cells": (dump({"cells": [{}] * 5_001}), "5,001 cells"),
}


@pytest.mark.parametrize("kind", NOT_NOTEBOOKS)
def test_what_is_not_a_notebook_is_rejected_with_its_reason(kind: str):
    raw, reason = NOT_NOTEBOOKS[kind]
    with pytest.raises(Rejected, match=reason):
        read_notebook(raw, RELEASE)


def _format_3(cells: list[dict[str, Any]]) -> dict[str, Any]:
    old = [{**{k: v for k, v in c.items() if k != "source"}, "input": c["source"].splitlines(True)} for c in cells]
    return {
        "worksheets": [{"cells": old}],
        "nbformat": 3,
        "metadata": {"course": {"unit": sample.UNIT, "release": "1.0"}},
    }


ODD_FILES: dict[str, Callable[[bytes], bytes]] = {
    "byte order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "UTF-16": lambda raw: raw.decode().encode("utf-16"),
    "UTF-16 without a mark": lambda raw: raw.decode().encode("utf-16-le"),
    "UTF-32": lambda raw: raw.decode().encode("utf-32"),
    "Windows-1252": lambda raw: raw.replace(b"Multi-head", "Köpfe".encode("cp1252")),
    "surrogates": lambda raw: raw.replace(b"Multi-head", b"\\ud800 \\udc00"),
    "NUL in a text": lambda raw: raw.replace(b"Multi-head", b"\\u0000"),
    "nbformat 3": lambda raw: dump(_format_3(json.loads(raw)["cells"])),
    "nbformat 5": lambda raw: dump(json.loads(raw) | {"nbformat": 5, "nbformat_minor": 7}),
    "sources as lists": lambda raw: dump(
        json.loads(raw) | {"cells": [c | {"source": c["source"].splitlines(True)} for c in json.loads(raw)["cells"]]}
    ),
    "Windows line ends": lambda raw: raw.replace(b"\\n", b"\\r\\n"),
    "50 MB of output": lambda raw: raw.replace(b'"outputs": []', b'"outputs": ["' + b"x" * 50_000_000 + b'"]', 1),
    "junk among the cells": lambda raw: dump(
        json.loads(raw) | {"cells": [None, 3, "x", [], {}, {"source": {}, "metadata": 7}, *json.loads(raw)["cells"]]}
    ),
    "NaN in the metadata": lambda raw: raw.replace(b'"kernelspec"', b'"x": NaN, "kernelspec"'),
}


@pytest.mark.parametrize("kind", ODD_FILES)
def test_an_oddly_saved_notebook_is_read_like_any_other(kind: str):
    reading = read_notebook(ODD_FILES[kind](notebook(answered_cells())), RELEASE)
    assert [pair for pair in run_order(reading) if pair[0] != "added"] == IN_ORDER
    assert answer(reading, "causal_mask") == CAUSAL
    assert all(cell.source.encode("utf-8") or not cell.source for cell in reading.layout)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = (
    "cells",
    "metadata",
    "worksheets",
    "source",
    "input",
    "cell_type",
    "nbgrader",
    "grade_id",
    "tags",
    "points",
    "course",
)


def _mutate(value: Any, junk: list[Any], random_: random.Random) -> Any:
    if junk and random_.random() < 0.08:
        return junk[random_.randrange(len(junk))]
    if isinstance(value, dict):
        return {
            (random_.choice(KEYS) if random_.random() < 0.03 else k): _mutate(v, junk, random_)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [_mutate(item, junk, random_) for item in value]
    return value


@settings(max_examples=200, deadline=None)
@drawn(st.lists(JSON, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_whatever_a_notebook_was_mangled_into_it_is_read_or_rejected_with_a_reason(
    junk: list[Any], random_: random.Random
):
    mangled = _mutate(json.loads(notebook(answered_cells())), junk, random_)
    try:
        reading = read_notebook(json.dumps(mangled).encode(), RELEASE)
    except Rejected as rejected:
        assert str(rejected).endswith(".")
    else:
        assert [cell for cell in reading.cells if cell.kind == "given"]


@settings(max_examples=200, deadline=None)
@drawn(st.binary(max_size=200))
def test_any_bytes_are_read_or_rejected_with_a_reason(raw: bytes):
    with pytest.raises(Rejected, match=r"\.$"):
        parse_notebook(raw)


@settings(max_examples=50, deadline=None)
@drawn(st.permutations(range(len(answered_cells()))))
def test_in_whatever_order_the_cells_are_every_exercise_is_answered_once_and_given_cells_come_in_time(order: list[int]):
    cells = answered_cells()
    reading = read([cells[position] for position in order])
    names = [name for _, name in run_order(reading)]
    assert sorted(names) == sorted(name for _, name in IN_ORDER)
    assert names.index("setup") < min(names.index(component) for component in RELEASE.components)


def test_a_python_file_runs_statement_by_statement_after_the_given_cells():
    reading = read_python(f"import math\n\n{CAUSAL}\n\nSCALE = math.sqrt(2)\n{PADDING}\n", RELEASE)
    assert [(cell.kind, cell.source) for cell in reading.cells] == [
        ("given", SETUP),
        ("given", HELPER),
        ("added", "import math"),
        ("solution", CAUSAL),
        ("added", "SCALE = math.sqrt(2)"),
        ("solution", PADDING),
    ]
    assert reading.notes == ()


def test_a_python_file_may_bind_a_component_in_any_way():
    reading = read_python(
        "try:\n    causal_mask = eval('1')\nexcept Exception:\n    pass\nfrom math import tau as padding_mask", RELEASE
    )
    assert [cell.name for cell in reading.cells if cell.kind == "solution"] == ["causal_mask", "padding_mask"]


def test_the_last_definition_in_a_python_file_is_the_one_that_is_judged():
    reading = read_python(f"{CAUSAL}\ncausal_mask = torch.no_grad()(causal_mask)\n", RELEASE)
    assert run_order(reading)[2:] == [("added", "added-1"), ("solution", "causal_mask")]


@pytest.mark.parametrize(
    "broken",
    [
        "def padding_mask(ids, pad_id)\n    return ids",
        "def padding_mask(:\n    '''text\n    '''\n    return 1",
        "x = (1,",
    ],
)
def test_a_syntax_error_spoils_only_the_statement_that_it_is_in(broken: str):
    text_ = f"import math\n{CAUSAL}\n\n@torch.no_grad()\n{broken}\n\n{ATTENTION}\n"
    reading = read_python(text_, RELEASE)
    assert answer(reading, "causal_mask") == CAUSAL
    assert answer(reading, "MultiHeadAttention").strip() == ATTENTION
    assert any(broken.split("\n")[0] in cell.source for cell in reading.cells)


def test_a_long_string_at_the_left_margin_stays_in_one_piece_in_a_broken_file():
    text_ = 'def f(:\n    pass\nNOTE = """\nAll\nof\nthis\n"""\nx = 1\n'
    assert 'NOTE = """\nAll\nof\nthis\n"""' in statements(text_)


def test_two_statements_on_one_line_stay_together():
    assert statements("a = 1; b = 2\nc = 3") == ["a = 1; b = 2", "c = 3"]


def test_decorators_belong_to_what_they_decorate():
    assert statements("@decorate\n@again\ndef f():\n    pass") == ["@decorate\n@again\ndef f():\n    pass"]


@pytest.mark.parametrize(
    "line", ["x == 1", "x.y = 1", "x[0] = 1", "    def method(self): pass", "print('def x(): pass')"]
)
def test_only_what_binds_a_name_at_the_left_margin_counts_as_binding_it(line: str):
    assert "x" not in bound_names(line)
    assert "method" not in bound_names(line)


@settings(max_examples=200, deadline=None)
@drawn(
    st.lists(
        st.sampled_from(
            ["def f():\n    pass", "x = 1", '"""a\nb"""', "if x:\n    y\nelse:\n    z", "# note", "", "f(1,\n  2)"]
        )
    )
)
def test_the_statements_of_a_file_are_the_file_without_its_comments(parts: list[str]):
    joined = "\n".join(statements("\n".join(parts)))
    assert joined == "\n".join(part for part in parts if part and part != "# note")


HOSTILE_SOURCES = [
    "(" * 100_000,
    "-" * 100_000 + "1",
    "a" + ".b" * 100_000,
    "x = 1\x00",
    "\ud800 = 1",
    "{1:" * 90 + " =",
    "'''" + "a\n" * 100_000,
]


@pytest.mark.parametrize("source", HOSTILE_SOURCES)
def test_a_source_that_breaks_the_parser_costs_only_its_own_cell(source: str):
    assert answer(read_python(f"{CAUSAL}\n{source}", RELEASE), "causal_mask") == CAUSAL
    assert answer(read([*answered_cells(), code(source)]), "causal_mask") == CAUSAL
