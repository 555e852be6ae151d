"""The class report: right numbers, no names unless asked, and a picture that can be read without seeing it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
import sample_results
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as parser
from rich.console import Console
from sample_notebooks import UNIT

from autograder.grading.journal import Journal
from autograder.grading.report import NoResults, class_reports, print_reports, remark, write_page
from autograder.grading.result import Result
from autograder.grading.statistics import Item, collect
from autograder.render.histogram import described, histogram


def with_misconception(result: Result, component: str, misconception: str) -> Result:
    components = tuple(
        replace(c, status="failed", misconception=misconception, message="told") if c.name == component else c
        for c in result.verdict.components
    )
    return replace(result, verdict=replace(result.verdict, components=components))


CLASS = [
    sample_results.result("ada"),
    with_misconception(sample_results.result("ben-the-builder", causal_mask=1), "causal_mask", "excludes-diagonal"),
    with_misconception(sample_results.result("cleo", causal_mask=1), "causal_mask", "excludes-diagonal"),
    with_misconception(sample_results.result("dan", padding_mask=2), "padding_mask", "mask-inverted"),
    sample_results.rejected("eve", "The file is empty."),
]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    with Journal(tmp_path) as journal:
        journal.append(CLASS)
    return tmp_path


def words(path: Path) -> str:
    return " ".join(parser.fromstring(path.read_bytes()).text_content().split())


def test_misconceptions_are_sorted_by_their_share_and_come_with_advice(out: Path):
    (report,) = class_reports(out)
    assert [(s.component, s.misconception, s.count, s.share) for s in report.misconceptions] == [
        ("causal_mask", "excludes-diagonal", 2, 0.5),
        ("padding_mask", "mask-inverted", 1, 0.25),
    ]
    assert "itself" in report.misconceptions[0].advice


def test_rejected_submissions_are_counted_apart_from_the_scores(out: Path):
    (report,) = class_reports(out)
    assert report.scores == [9, 11, 11, 13]
    assert (report.mean, report.median) == (11.0, 11.0)
    assert report.statistics.rejected == {"eve": "The file is empty."}


@pytest.mark.parametrize("names", [False, True])
def test_students_are_named_only_if_asked(out: Path, names: bool):
    path = write_page(out, class_reports(out), names=names)
    assert ("ben-the-builder" in path.read_text()) == names
    assert ("ben-the-builder" in words(path)) == names


def test_the_page_with_names_is_another_file_and_links_to_the_students_pages(out: Path):
    anonymous = write_page(out, class_reports(out), names=False)
    named = write_page(out, class_reports(out), names=True)
    assert anonymous != named
    links = parser.fromstring(named.read_bytes()).xpath("//a/@href")
    assert f"feedback/ben-the-builder/{UNIT}.html" in links


def test_the_terminal_names_nobody(out: Path):
    written = StringIO()
    print_reports(Console(file=written, width=100), class_reports(out))
    assert "excludes-diagonal" in written.getvalue()
    assert "50%" in written.getvalue()
    assert not any(result.student in written.getvalue().split() for result in CLASS)


def test_the_page_needs_nothing_but_itself(out: Path):
    text = write_page(out, class_reports(out), names=False).read_text()
    assert not re.search(r"(src|href)=\"(?!#)|url\((?!#)|@import|<script", text)


def test_a_hostile_name_or_reason_is_text_on_the_page(tmp_path: Path):
    hostile = "<script>alert(1)</script>"
    with Journal(tmp_path) as journal:
        journal.append([sample_results.rejected(hostile, hostile), sample_results.result("a" + hostile, causal_mask=1)])
    text = write_page(tmp_path, class_reports(tmp_path), names=True).read_text()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_checks_at_fault_are_shown_to_the_instructor(tmp_path: Path):
    result = sample_results.result("ada")
    fault = replace(sample_results.component("causal_mask", lost=2), status="error", message="The check failed itself")
    with Journal(tmp_path) as journal:
        components = (fault, *result.verdict.components[1:])
        journal.append([replace(result, verdict=replace(result.verdict, components=components))])
    assert "causal_mask: The check failed itself" in words(write_page(tmp_path, class_reports(tmp_path), names=False))


def test_a_class_of_which_nobody_could_be_graded_has_a_report(tmp_path: Path):
    with Journal(tmp_path) as journal:
        journal.append([sample_results.rejected("eve")])
    assert "1 could not be graded" in words(write_page(tmp_path, class_reports(tmp_path), names=False))


def test_without_results_the_report_says_what_to_do(tmp_path: Path):
    with pytest.raises(NoResults, match="course grade SUBMITTED"):
        class_reports(tmp_path)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), min_size=2, max_size=30))
def test_difficulty_and_discrimination_are_what_numpy_says(points: Sequence[tuple[int, int]]):
    item = Item("item", worth=5)
    for earned, rest in points:
        item.add(earned, rest)
    earned, rest = np.array(points, dtype=float).T
    assert item.share == pytest.approx(earned.mean() / 5)
    assert item.full == (earned == 5).sum()
    if earned.std() > 0 and rest.std() > 0:
        assert item.discrimination == pytest.approx(np.corrcoef(earned, rest)[0, 1])
    else:
        assert item.discrimination is None


def test_an_item_is_compared_with_the_rest_and_not_with_itself():
    statistics = collect([sample_results.result("ada"), sample_results.result("ben", causal_mask=2)])[UNIT]
    assert statistics.components["causal_mask"].discrimination is None


def test_a_negative_discrimination_in_a_large_class_asks_for_a_look_at_the_check():
    item = Item("item", worth=1)
    for place in range(20):
        item.add(earned=int(place % 2 == 0), rest=place % 2)
    assert remark(item) == "look at it"


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 120), st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_a_histogram_can_be_drawn_of_any_class_and_says_in_words_what_it_shows(max_score: int, shares: list[float]):
    scores = [round(share * max_score) for share in shares]
    picture = parser.fromstring(str(histogram(scores, max_score)))
    assert picture.get("role") == "img"
    assert picture.get("aria-label") == described(scores, max_score)
    assert f"from {min(scores)} to {max(scores)}" in described(scores, max_score)


def test_a_picture_takes_its_colours_from_the_page():
    picture = str(histogram([1, 2, 3], 5))
    assert "currentColor" in picture
    assert "var(--accent)" in picture
