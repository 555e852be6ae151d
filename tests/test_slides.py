"""Slides: no solution on them, no network needed for them, nothing on them that the last row can't see."""

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
from typer.testing import CliRunner

from autograder import cli
from autograder.authoring.source import SOLUTION_MARKS, read_source, units_with_source
from autograder.lectures import LectureError, assets, slides
from autograder.lectures.public import PublicCell, public_cells
from autograder.lectures.slides_code import screenfuls
from autograder.lectures.slides_plan import LONGEST, SHORTEST, Deck, plan
from autograder.lectures.slides_prose import read_prose, sentences

pytest.importorskip("sphinx_revealjs")

UNITS = units_with_source()
# Every deck takes a browser some seconds.
LOOKED_AT = UNITS if os.environ.get("FULL") else ("00-start-here", "04-multi-head-attention")
SERIOUS = ("serious", "critical")
MINUTES = 1000 * 60
EVERY_SLIDE = """async () => {
  const found = [];
  for (const slide of Reveal.getSlides()) {
    const { h, v } = Reveal.getIndices(slide);
    Reveal.slide(h, v, 99);
    for (const box of [slide, slide.querySelector(".frame"), slide.querySelector(".body")]) {
      const over = box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
      const scrolls = slide.querySelector(".frame").classList.contains("scrolls") && box.matches(".body");
      if (over && !scrolls) found.push(`${slide.querySelector("h1, h2").textContent} (${h}.${v}): ${box.className}`);
    }
    const right = slide.getBoundingClientRect();
    if (right.bottom > innerHeight + 1 || right.right > innerWidth + 1) found.push(`${h}.${v} leaves the window`);
  }
  return found;
}"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The decks of all units."""
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


@pytest.fixture(scope="module", params=LOOKED_AT)
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
    assert deck.evaluate(EVERY_SLIDE) == []


def test_slides_are_set_hardly_smaller_than_they_should_be(deck: Any) -> None:
    scales = [float(s) for s in deck.evaluate("[...document.querySelectorAll('.frame')].map(f => f.dataset.scale)")]
    assert min(scales) >= 0.7
    assert sum(scale < 0.85 for scale in scales) <= len(scales) / 20


def test_an_accessibility_checker_finds_nothing_serious(deck: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    # Formulas carry MathML for screen readers beside a picture, which the checker takes for an unnamed image.
    found = axe.run(deck, options={"resultTypes": ["violations"]}).response["violations"]
    serious = [(issue["id"], issue["nodes"][0]["html"][:200]) for issue in found if issue["impact"] in SERIOUS]
    assert serious == []


def test_an_explorers_frames_change_by_keyboard_and_fit_their_room(projector: Any, folder: Path) -> None:
    projector.goto((folder / "04-multi-head-attention.html").as_uri(), wait_until="commit")
    projector.wait_for_function("document.documentElement.dataset.ready === 'yes'", timeout=2 * MINUTES)
    explorer = projector.locator("iframe").first
    projector.evaluate(
        "e => { const { h, v } = Reveal.getIndices(e.closest('section')); Reveal.slide(h, v); }",
        explorer.element_handle(),
    )
    inside = explorer.content_frame
    shown = inside.locator(".still:visible").inner_html()
    inside.locator("input").first.focus()
    projector.keyboard.press("ArrowDown")
    assert inside.locator(".still:visible").inner_html() != shown
    inside.locator("body").evaluate("() => new Promise(requestAnimationFrame)")
    page = "p => [p.scrollHeight <= innerHeight, p.scrollWidth <= innerWidth]"
    assert inside.locator("html").evaluate(page) == [True, True]


def test_keys_that_turn_slides_are_handed_on_by_an_explorer(projector: Any) -> None:
    """It goes on from the test before, with the keyboard in the explorer."""
    before = projector.evaluate("Reveal.getSlidePastCount()")
    projector.keyboard.press("PageDown")
    projector.wait_for_function(f"Reveal.getSlidePastCount() === {before + 1}")


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
    assert SHORTEST - 3 <= spans[-1][1] <= LONGEST + 3
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
    deck = planned(cell("# A", "slide"), cell("**later**", "fragment"), cell("## B", "subslide"))
    first, second = deck.sections[0].slides
    assert 'class="fragment"' in slides.joined(first.blocks)
    assert second.title == "B"


@pytest.mark.parametrize("metadata", [{"place": "slid"}, {"place": "slide", "minutes": "five"}])
def test_metadata_that_means_nothing_is_named(metadata: dict[str, Any]) -> None:
    with pytest.raises(LectureError, match=r"slid|five"):
        planned(cell("# A", **metadata))


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
