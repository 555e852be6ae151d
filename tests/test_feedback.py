"""Feedback pages and autograded notebooks: a student finds what matters, and can't change what others see."""

import json
import re
from dataclasses import replace

import nbformat
import pytest
import sample_results
from lxml import html as parser
from nbgrader.utils import determine_grade
from sample_notebooks import CAUSAL, UNIT, answered_cells, code, notebook, small_release

from autograder.grading.autograded import autograded_notebook, unread_notebook
from autograder.grading.feedback import feedback_page
from autograder.grading.result import Result
from autograder.grading.submission import Reading, read_notebook
from autograder.kernel.cells import CellOutcome

RELEASE = small_release()
HOSTILE = "</pre></section><script>alert('x')</script><img src=x onerror=alert(1)>\x1b[31m\x00\u202e{{ 7 * 7 }}"


def read(*added: str) -> Reading:
    return read_notebook(notebook([*answered_cells(), *map(code, added)]), RELEASE)


def named(result: Result, misconception: str, advice: str) -> Result:
    first = replace(result.verdict.components[0], misconception=misconception, message=advice)
    return replace(result, verdict=replace(result.verdict, components=(first, *result.verdict.components[1:])))


def page(result: Result, reading: Reading, *outcomes: CellOutcome) -> str:
    return feedback_page(RELEASE, result, reading.layout, outcomes).decode("utf-8")


def words(html: str) -> str:
    return " ".join(parser.fromstring(html.encode()).text_content().split())


def test_the_page_tells_total_verdicts_misconception_code_and_how_to_see_it_again():
    result = named(sample_results.result("ada", causal_mask=1), "excludes-diagonal", "A position may look at itself.")
    said = words(page(result, read()))
    for expected in (
        "11 of 13 points",
        "excludes-diagonal",
        "A position may look at itself.",
        "expected 1, got 2.",
        "torch.ones(length, length",
        f"course check {UNIT} {UNIT}.ipynb --seed 7",
    ):
        assert expected in said


def test_the_students_code_stands_beside_its_own_verdict():
    tree = parser.fromstring(page(sample_results.result("ada"), read()).encode())
    assert CAUSAL.split("\n")[0] in tree.get_element_by_id("causal_mask").text_content()
    assert "padding_mask" not in tree.get_element_by_id("causal_mask").text_content()


def test_repairs_and_cells_that_crashed_are_told():
    result = replace(sample_results.result("ada"), notes=("The cell of causal_mask is missing.",))
    reading = read("undefined_name")
    crashed = CellOutcome(reading.cells[-1].name, problem="NameError: name 'undefined_name' is not defined")
    said = words(page(result, reading, crashed))
    assert "The cell of causal_mask is missing." in said
    assert "A cell did not run through: NameError" in said


def test_a_rejected_submission_gets_a_page_with_its_reason_and_no_seed_to_replay():
    said = words(feedback_page(RELEASE, sample_results.rejected("eve"), (), ()).decode())
    assert "This submission was not graded. The file is empty." in said
    assert "0 of 13 points" in said
    assert "--seed" not in said


def hostile_everywhere() -> tuple[Result, Reading, tuple[CellOutcome, ...]]:
    result = sample_results.result(HOSTILE, causal_mask=2, submitted=HOSTILE)
    components = tuple(
        replace(component, message=HOSTILE, properties=tuple(replace(p, message=HOSTILE) for p in component.properties))
        for component in result.verdict.components
    )
    result = replace(result, notes=(HOSTILE,), file=HOSTILE, verdict=replace(result.verdict, components=components))
    reading = read(HOSTILE)
    placed = tuple(replace(cell, source=HOSTILE) for cell in reading.layout)
    outcomes = tuple(CellOutcome(cell.name, problem=HOSTILE, printed=HOSTILE) for cell in reading.cells)
    return result, replace(reading, layout=placed), outcomes


def test_nothing_that_a_student_wrote_is_markup_on_the_page():
    result, reading, outcomes = hostile_everywhere()
    text = page(result, reading, *outcomes)
    assert not list(parser.fromstring(text.encode()).iter("script", "img"))
    assert "49" not in words(text)
    assert not re.search("[\x00\x1b\u202e]", text)


def test_nothing_that_a_student_wrote_is_markup_in_the_verdicts_of_the_autograded_notebook():
    result, reading, outcomes = hostile_everywhere()
    made = json.loads(autograded_notebook(RELEASE, result, reading.layout, outcomes))
    shown = [
        o["data"]["text/html"]
        for c in made["cells"]
        for o in c.get("outputs", ())
        if "data" in o and "text/html" in o["data"]
    ]
    assert len(shown) == 3
    assert not any(list(parser.fromstring(fragment).iter("script", "img")) for fragment in shown)


def test_a_page_fetches_nothing():
    text = page(sample_results.result("ada", causal_mask=1), read())
    assert not re.search(r"(src|href)=\"(?!#)|url\(|@import", text)


def test_a_long_answer_and_a_flood_of_output_are_cut():
    reading = read()
    long = tuple(
        replace(cell, source="x = 1\n" * 100_000) if cell.role == "solution" else cell for cell in reading.layout
    )
    flood = CellOutcome("causal_mask", printed="y" * 1_000_000)
    assert len(feedback_page(RELEASE, sample_results.result("ada"), long, (flood,))) < 100_000


@pytest.mark.parametrize("answer", ["graded", "rejected"])
def test_the_autograded_notebook_is_valid_and_nbgrader_reads_our_scores_from_it(answer: str):
    if answer == "graded":
        result = sample_results.result("ada", causal_mask=1, MultiHeadAttention=2)
        raw = autograded_notebook(RELEASE, result, read().layout, (CellOutcome("causal_mask", "Crash", "hello"),))
        expected = {"check-causal_mask": 1.0, "check-padding_mask": 4.0, "check-MultiHeadAttention": 3.0}
    else:
        raw = unread_notebook(RELEASE, sample_results.rejected("eve"))
        expected = dict.fromkeys(["check-causal_mask", "check-padding_mask", "check-MultiHeadAttention"], 0.0)
    made = nbformat.reads(raw.decode(), 4)
    nbformat.validate(made)
    checks = [cell for cell in made.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert {cell.metadata.nbgrader.grade_id: determine_grade(cell)[0] for cell in checks} == expected


def test_the_autograded_notebook_keeps_the_students_cells_and_what_they_printed():
    reading = read("HALF = 0.5")
    raw = autograded_notebook(
        RELEASE, sample_results.result("ada"), reading.layout, (CellOutcome("causal_mask", "", "hello"),)
    )
    cells = json.loads(raw)["cells"]
    assert "HALF = 0.5" in [cell["source"] for cell in cells]
    (answer,) = [cell for cell in cells if cell["source"] == CAUSAL]
    assert answer["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "hello"}]


def test_cell_ids_are_unique_whatever_the_student_did():
    cells = [*answered_cells(), *answered_cells(), code("x = 1"), code("x = 1")]
    reading = read_notebook(notebook(cells), RELEASE)
    made = json.loads(autograded_notebook(RELEASE, sample_results.result("ada"), reading.layout, ()))["cells"]
    assert len({cell["id"] for cell in made}) == len(made)


def test_the_style_of_verdicts_stands_once_in_the_notebook():
    raw = autograded_notebook(RELEASE, sample_results.result("ada"), read().layout, ())
    assert raw.count(b"<style>") == 1
