"""Slides: no solution on them, no network needed for them, nothing on them that the last row can't see."""

import ast
import html
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import browser_page
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_output
from typer.testing import CliRunner

from autograder import cli
from autograder.authoring.source import SOLUTION_MARKS, read_source, units_with_source
from autograder.lectures import LectureError, assets
from autograder.lectures.public import PublicCell, public_cells
from autograder.lectures.slides import build as slides
from autograder.lectures.slides.blocks import ROOM
from autograder.lectures.slides.code import screenfuls, without_printing
from autograder.lectures.slides.deck import Deck
from autograder.lectures.slides.plan import LONGEST, SHORTEST, plan
from autograder.lectures.slides.prose import read_prose, sentences

pytest.importorskip("sphinx_revealjs")

# Every deck takes a browser some seconds.
UNITS = units_with_source() if os.environ.get("FULL") else ("00-start-here", "04-multi-head-attention")
SERIOUS = ("serious", "critical")
MINUTES = 1000 * 60
# What lies outside the inner part of a slide, by the boxes that the browser draws; a formula is one box.
OUTSIDE = """() => Reveal.getSlides().flatMap((slide) => {
  const { h, v } = Reveal.getIndices(slide);
  Reveal.slide(h, v, 99);
  const room = slide.querySelector(".frame").getBoundingClientRect();
  const inner = "svg *, mjx-assistive-mml, mjx-assistive-mml *";
  const boxes = [...slide.querySelectorAll(".frame *")].filter((element) => !element.matches(inner));
  return boxes.filter((element) => {
    const box = element.getBoundingClientRect();
    const outside = box.left < room.left + 40 || box.top < room.top + 20
      || box.right > room.right - 20 || box.bottom > room.bottom - 10;
    return box.width && box.height && outside;
  }).map((element) => `${h}.${v} ${slide.querySelector("h1, h2").textContent}: ${element.tagName}`);
})"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The decks."""
    out = tmp_path_factory.mktemp("slides")
    slides.build(UNITS, out)
    return out


@pytest.fixture(scope="module")
def projector() -> Iterator[Any]:
    """A page of a browser that is as large as a slide and has no network."""
    with browser_page() as page:
        page.set_viewport_size({"width": 1280, "height": 720})
        page.context.set_offline(True)
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        yield page


@pytest.fixture(scope="module", params=UNITS)
def deck(request: Any, projector: Any, folder: Path) -> Any:
    """A deck in the browser."""
    projector.asked.clear()
    projector.said.clear()
    projector.goto((folder / f"{request.param}.html").as_uri(), wait_until="commit")
    projector.wait_for_function("document.documentElement.dataset.ready === 'yes'", timeout=2 * MINUTES)
    return projector


def test_a_deck_asks_for_nothing_outside_its_folder_and_reports_no_error(deck: Any) -> None:
    assert [url for url in deck.asked if not url.startswith(("file:", "data:"))] == []
    assert deck.said == []


def test_every_formula_is_set(deck: Any) -> None:
    assert deck.evaluate("document.querySelectorAll('mjx-container svg').length") > 0
    assert deck.evaluate("document.querySelectorAll('[data-mjx-error], merror').length") == 0
    unset = "[...document.querySelectorAll('.frame')].filter(f => /\\\\\\(|\\\\\\[/.test(f.textContent)).length"
    assert deck.evaluate(unset) == 0


def test_no_slide_overflows_its_frame(deck: Any) -> None:
    assert deck.evaluate(OUTSIDE) == []


def test_slides_are_set_hardly_smaller_than_they_should_be(deck: Any) -> None:
    scales = [float(s) for s in deck.evaluate("[...document.querySelectorAll('.frame')].map(f => f.dataset.scale)")]
    assert min(scales) >= 0.75
    assert sum(scale < 0.9 for scale in scales) <= len(scales) / 20
    assert deck.locator(".scrolls").count() == 0


def test_an_accessibility_checker_finds_nothing_serious(deck: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    # Formulas carry MathML for screen readers beside a picture, which the checker takes for an unnamed image.
    found = axe.run(deck, options={"resultTypes": ["violations"]}).response["violations"]
    serious = [(issue["id"], issue["nodes"][0]["html"][:200]) for issue in found if issue["impact"] in SERIOUS]
    assert serious == []


def turn_to(projector: Any, place: Any) -> None:
    show = "e => { const { h, v } = Reveal.getIndices(e.closest('section')); Reveal.slide(h, v); }"
    projector.evaluate(show, place.element_handle())


def test_the_speakers_window_shows_notes_and_pace_and_asks_for_nothing_outside(projector: Any, folder: Path) -> None:
    projector.goto((folder / "04-multi-head-attention.html").as_uri(), wait_until="commit")
    projector.wait_for_function("document.documentElement.dataset.ready === 'yes'", timeout=2 * MINUTES)
    asked: list[str] = []
    projector.context.on("request", lambda request: asked.append(request.url))
    with projector.expect_popup() as opened:
        projector.keyboard.press("s")
    notes = opened.value.locator(".speaker-controls-notes .value")
    notes.get_by_text("A lecture of").wait_for()
    opened.value.locator(".pacing-title:visible").wait_for()
    projector.keyboard.press("ArrowRight")
    notes.get_by_text("Minutes ").wait_for()
    turn_to(projector, projector.locator("aside.notes:has(mjx-container)").first)
    notes.locator("mjx-container svg").first.wait_for()
    opened.value.close()
    assert asked and [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_on_paper_every_slide_is_one_page(projector: Any, folder: Path) -> None:
    projector.goto(f"{(folder / '00-start-here.html').as_uri()}?print-pdf", wait_until="commit")
    projector.wait_for_function("document.documentElement.dataset.ready === 'yes'", timeout=2 * MINUTES)
    paper = projector.locator(".pdf-page")
    paper.last.wait_for(state="attached")
    assert paper.count() == projector.locator(".frame").count()


def test_every_frame_of_an_explorer_fits_its_room(deck: Any) -> None:
    too_large = """() => [...document.querySelectorAll("input[name=still]")].filter((choice) => {
      choice.checked = true;
      const page = document.documentElement;
      return page.scrollHeight > innerHeight || page.scrollWidth > innerWidth;
    }).map((choice) => choice.parentElement.textContent)"""
    for explorer in deck.locator("iframe").all():
        turn_to(deck, explorer)
        inside = explorer.content_frame
        inside.locator("html[data-fitted]").wait_for()
        assert inside.locator("html").evaluate(too_large) == []


def test_an_explorers_frames_change_by_keyboard(projector: Any, folder: Path) -> None:
    projector.goto((folder / "04-multi-head-attention.html").as_uri(), wait_until="commit")
    projector.wait_for_function("document.documentElement.dataset.ready === 'yes'", timeout=2 * MINUTES)
    explorer = projector.locator("iframe").first
    turn_to(projector, explorer)
    inside = explorer.content_frame
    shown = inside.locator(".still:visible").inner_html()
    inside.locator("input").first.focus()
    projector.keyboard.press("ArrowDown")
    assert inside.locator(".still:visible").inner_html() != shown


def test_keys_that_turn_slides_are_handed_on_by_an_explorer(projector: Any) -> None:
    """It goes on from the test before, with the keyboard in the explorer."""
    before = projector.evaluate("Reveal.getSlidePastCount()")
    projector.keyboard.press("PageDown")
    projector.wait_for_function(f"Reveal.getSlidePastCount() === {before + 1}")


def test_no_slide_is_empty_and_what_comes_with_a_key_leaves_something_to_see_before(deck: Any) -> None:
    """Of everything below a title something has no need of a key."""
    bare = """() => Reveal.getSlides().filter((slide) => {
      const shown = [...slide.querySelectorAll(".body > *")];
      return shown.every((element) => element.matches(".fragment"));
    }).map((slide) => slide.textContent)"""
    assert deck.evaluate(bare) == []


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def solutions(unit: str) -> Iterator[tuple[str, str]]:
    """The text between the marks of each solution, as far as the rest of the source doesn't say the same."""
    begin, end = SOLUTION_MARKS
    source = read_source(unit)
    rest = squeezed("".join(cell.source for cell in source.cells if cell.role != "exercise"))
    for name, text in source.exercises.items():
        for part in text.split(begin)[1:]:
            solution = squeezed(part.split(end)[0])
            if solution not in rest:
                yield name, solution


@pytest.mark.parametrize("unit", UNITS)
def test_a_deck_shows_neither_solution_nor_check(unit: str, folder: Path) -> None:
    text = squeezed(BeautifulSoup((folder / f"{unit}.html").read_text(), "html.parser").get_text())
    assert [name for name, solution in solutions(unit) if solution in text] == []
    judged = [cell for cell in public_cells(read_source(unit)) if cell.role in ("exercise", "check")]
    assert judged and not any(cell.outputs for cell in judged)
    assert "raiseNotImplementedError" in text


def test_the_instructors_deck_shows_every_solution_without_marks(tmp_path: Path) -> None:
    unit = "04-multi-head-attention"
    slides.build([unit], tmp_path, instructor=True)
    page = BeautifulSoup((tmp_path / f"{unit}.html").read_text(), "html.parser")
    text = squeezed("".join(code.get_text() for code in page.select(".code")))
    assert [name for name, solution in solutions(unit) if solution not in text] == []
    assert not any(squeezed(mark) in text for mark in SOLUTION_MARKS)
    assert "with solutions" in page.title.text  # type: ignore[union-attr]


@pytest.mark.parametrize("unit", UNITS)
def test_a_deck_lasts_a_lecture_and_its_notes_say_when_a_section_is_due(unit: str, folder: Path) -> None:
    page = BeautifulSoup((folder / f"{unit}.html").read_text(), "html.parser")
    notes = [section.select_one("section aside.notes").get_text() for section in page.select(".slides > section")]  # type: ignore[union-attr]
    times = [re.search(r"Minutes ([\d.]+) to ([\d.]+)", note) for note in notes]
    spans = [(float(time[1]), float(time[2])) for time in times if time]
    assert len(spans) == len(notes)
    assert [start for start, _ in spans] == [0, *(end for _, end in spans[:-1])]
    assert SHORTEST <= spans[-1][1] <= LONGEST
    assert "derived from the length of the text" in notes[0]


def cell(text: str, place: str = "", **more: Any) -> PublicCell:
    return PublicCell("prose", "", text, (), {"slideshow": {"slide_type": place, **more}} if place else {})


def planned(*cells: PublicCell) -> Deck:
    return plan(cells, ())


def test_minutes_that_an_author_gives_are_kept() -> None:
    deck = planned(cell("# A\n\ntext", "slide", minutes=7), cell("## B\n\n" + "word " * 9000, "slide"))
    assert [section.minutes for section in deck.sections] == [7, LONGEST - 7]
    assert planned(cell("# A", "slide", minutes=5)).derived is False


def test_what_is_skipped_is_nowhere_and_what_is_a_note_is_only_said() -> None:
    deck = planned(cell("# A", "slide"), cell("**secret**", "skip"), cell("**aloud**", "notes"))
    (slide,) = deck.sections[0].slides
    assert "secret" not in slide.notes + slides.joined(slide.blocks)
    assert "aloud" in slide.notes
    assert "aloud" not in slides.joined(slide.blocks)


def test_a_fragment_comes_with_the_next_key_and_a_subslide_stands_below() -> None:
    deck = planned(cell("# A\n\n**now**", "slide"), cell("**later**", "fragment"), cell("## B", "subslide"))
    first, second = deck.sections[0].slides
    assert re.search(r'now.*class="fragment".*later', slides.joined(first.blocks), re.DOTALL)
    assert second.title == "B"


@pytest.mark.parametrize("metadata", [{"place": "slid"}, {"place": "slide", "minutes": "five"}])
def test_metadata_that_means_nothing_is_named(metadata: dict[str, Any]) -> None:
    with pytest.raises(LectureError, match=r"slid|five"):
        planned(cell("# A", **metadata))


def results(*texts: str) -> tuple[NotebookNode, ...]:
    return tuple(new_output("stream", text=text) for text in texts)


def test_a_result_comes_with_the_next_key_after_its_code() -> None:
    demo = PublicCell("demo", "", "x = f(1)\nprint(x)", results("one"))
    (slide,) = planned(cell("# A"), demo).sections[0].slides
    assert [(block.kind, block.fragment) for block in slide.blocks] == [("code", False), ("output", True)]


def test_a_result_that_the_class_predicts_comes_with_the_next_key() -> None:
    demo = PublicCell("demo", "", "\n".join(["print(1)"] * 9), results("one"))
    (slide,) = planned(cell("# A\n\n*My prediction:* ..."), demo).sections[0].slides
    assert [(block.kind, block.fragment) for block in slide.blocks] == [("text", False), ("output", True)]


def test_what_is_folded_is_said_and_has_no_slide_of_its_own() -> None:
    folded = cell("## B\n\n<details><summary>Open after the check</summary>\n\nan answer\n\n</details>", "subslide")
    (slide,) = planned(cell("# A\n\n**text**"), folded).sections[0].slides
    assert "an answer" in slide.notes and "an answer" not in slides.joined(slide.blocks)


def test_a_nearly_empty_slide_has_more_of_the_text() -> None:
    (slide,) = planned(cell("# A\n\nA first sentence. **The second** one.")).sections[0].slides
    assert "first sentence" in slides.joined(slide.blocks)


def test_a_heading_goes_on_to_the_next_slide_with_what_stands_below_it() -> None:
    rows = "\n".join(f"| {number} | word |" for number in range(9))
    text = "\n\n".join(["**word** " * 90, "### Below", f"| n | w |\n|---|---|\n{rows}"])
    first, second = planned(cell(f"# A\n\n{text}")).sections[0].slides
    assert "Below" not in slides.joined(first.blocks)
    assert re.search(r"Below.*<table", slides.joined(second.blocks), re.DOTALL)


def test_a_last_line_gets_no_slide_of_its_own() -> None:
    entries = "\n".join(f"- **{number}** {'word ' * 24}" for number in range(7))
    assert sum(block.height for block in read_prose(f"{entries}\n- **the last**").blocks) > 1.1 * ROOM
    (slide,) = planned(cell(f"# A\n\n{entries}\n- **the last**")).sections[0].slides
    assert "the last" in slides.joined(slide.blocks)


def test_the_pieces_of_a_long_table_are_alike() -> None:
    rows = "\n".join(f"| {number} | word |" for number in range(14))
    sizes = [block.html.count("<td>") // 2 for block in read_prose(f"| n | w |\n|---|---|\n{rows}").blocks]
    assert sum(sizes) == 14 and max(sizes) - min(sizes) <= 1


def test_a_verdict_in_an_output_is_no_slide_of_its_own() -> None:
    shown = new_output("display_data", {"text/html": "<section class='verdict'>no</section>"})
    (slide,) = planned(cell("# A"), PublicCell("demo", "", "f()", (shown,))).sections[0].slides
    assert "verdict" in slides.joined(slide.blocks) and "<section" not in slides.joined(slide.blocks)


LONG = """
total = 0
for row in rows:
    total += row
    print(row)
for row in rows:
    print("again", row)
print(total)
"""


def test_of_long_code_stays_what_does_more_than_print() -> None:
    assert without_printing(LONG.strip()) == "total = 0\nfor row in rows:\n    total += row"
    assert without_printing("x = 1\nprint(x)") == "x = 1\nprint(x)"


@given(
    st.lists(st.sampled_from(["x = 1", "print(x)", "for i in y:\n    print(i)", "with z:\n    w = 2\n    print(w)"]))
)
def test_code_without_printing_is_code_that_prints_nothing(statements: list[str]) -> None:
    text = "\n".join(["a = 0", *["b = 1"] * 6, *statements])
    told = without_printing(text)
    ast.parse(told)
    assert "print" not in told
    assert [line for line in told.splitlines() if "=" in line] == [line for line in text.splitlines() if "=" in line]


def test_long_helpers_are_for_reading_unless_they_are_what_the_class_looks_at() -> None:
    helper = PublicCell("demo", "", "def f():\n" + "    x = 1\n" * 20)
    (slide,) = planned(cell("# A\n\ntext"), helper).sections[0].slides
    assert "code" not in {block.kind for block in slide.blocks}
    (slide,) = planned(cell("# A\n\ntext"), PublicCell("demo", "", "x = 1")).sections[0].slides
    assert "code" not in {block.kind for block in slide.blocks}
    studied = planned(cell("# Debugging\n\ntext"), helper).sections[0].slides
    assert "code" in {block.kind for slide in studied for block in slide.blocks}


def test_of_prose_stays_what_is_emphasised_and_what_leads_to_a_formula() -> None:
    prose = read_prose("## T\n\nFirst. **Second** one. Third.\n\nWe get\n\n$$a = b$$\n\nwhere it ends. More.")
    shown = slides.joined(prose.blocks)
    assert "First" not in shown and "Third" not in shown and "More" not in shown
    assert all(text in shown for text in ("Second", "We get", "a = b", "where it ends."))
    assert all(text in prose.notes for text in ("First", "Third", "More"))


def test_hints_are_for_the_lecturer() -> None:
    prose = read_prose("<details><summary>Hint</summary>\n\n**Turn it.**\n\n</details>")
    assert prose.blocks == ()
    assert "Turn it" in prose.hints


def test_a_long_table_goes_on_under_the_same_heading() -> None:
    rows = "\n".join(f"| {number} | word |" for number in range(30))
    blocks = read_prose(f"| n | w |\n|---|---|\n{rows}").blocks
    assert len(blocks) > 1
    assert all("<th>n</th>" in block.html for block in blocks)
    assert [cell for block in blocks for cell in re.findall(r"<td>(\d+)</td>", block.html)] == [*map(str, range(30))]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two.", 2),
        ("With $a. B$ and `x. Y` in it.", 1),
        ("**One. Two.** Three.", 2),
        ("See eq. 1 of Vaswani et al. 2017, e.g. There.", 1),
    ],
)
def test_a_sentence_ends_where_a_reader_would_end_it(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@given(st.text(alphabet="ab .*$`!?AB\n()", max_size=60))
def test_sentences_lose_no_letter(text: str) -> None:
    assert squeezed("".join(sentences(text))) == squeezed(text)


@given(st.lists(st.sampled_from(["", "x = 1", "    y = 2"]), max_size=90))
def test_code_loses_no_line_over_several_slides(lines: list[str]) -> None:
    parts = screenfuls("\n".join(lines))
    kept = [line for part in parts for line in part.splitlines() if line.strip()]
    assert kept == [line for line in lines if line.strip()]


def run(*arguments: str) -> tuple[int, str]:
    """Run the command as main does."""
    result = CliRunner().invoke(cli.app, ["slides", *arguments])
    return result.exit_code, str(result.exception or result.output)


def test_the_command_names_a_unit_that_there_is_not(tmp_path: Path) -> None:
    code, said = run("77", "--out", str(tmp_path / "out"))
    assert code == 1
    assert "no source of a unit '77'" in said
    assert not (tmp_path / "out").exists()


def test_the_command_says_where_it_may_not_write(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "is a file; name a folder" in run("00", "--out", str(tmp_path / "file"))[1]


def test_the_command_prints_the_address_of_the_slides(tmp_path: Path) -> None:
    code, said = run("00", "--out", str(tmp_path))
    assert code == 0
    assert re.search(r"00-start-here: \d+ slides, [\d.]+ minutes", said)
    assert (tmp_path / "index.html").resolve().as_uri() in said
    assert html.unescape((tmp_path / "index.html").read_text()).count("00-start-here.html") == 1


def test_an_asset_that_is_not_the_one_that_was_tried_is_refused() -> None:
    wrong = assets.Asset(assets.MATHJAX.package, assets.MATHJAX.path, "0" * 64)
    with pytest.raises(LectureError, match="not the file that was tried"):
        assets.find(wrong)


def test_a_missing_package_is_named_with_how_to_install_it() -> None:
    with pytest.raises(LectureError, match=r"no-such-package is not installed; .*pip install"):
        assets.find(assets.Asset("no-such-package", "x.js", ""))
