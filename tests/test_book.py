"""The book: no solution in it, no network needed for it, nothing in it that a reader can't reach."""

import html
import json
import os
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import nbformat
import pytest
from browser import browser_page
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from autograder import cli
from autograder.authoring.reference import without_marks
from autograder.authoring.source import ROOT, SOLUTION_MARKS, Source, read_source, units_with_source
from autograder.lectures import LectureError
from autograder.lectures.book import build as book
from autograder.lectures.book.bibliography import bibliography
from autograder.lectures.book.cards import FILE_NAME, write_deck
from autograder.lectures.book.generated import escaped, exercise_target, mistake_target
from autograder.lectures.book.unit_page import close_ranks, unit_page
from autograder.lectures.public import public_cells
from autograder.student.questions import load_questions
from autograder.units import load_unit

pytest.importorskip("sphinx")

UNITS = units_with_source() if "FULL" in os.environ else ("00-start-here", "07-gpt")
PATIENCE = 120_000  # milliseconds: a machine may have other work
UNIT_PAGE = re.compile(r"/\d\d-[^/]*\.html$")
CHECKED = (*UNITS, "index", "components", "search")
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A book, and what Sphinx had to say about it."""
    out = tmp_path_factory.mktemp("made") / "book"
    return out, book.build(UNITS, out)


@pytest.fixture(scope="session")
def folder(made: tuple[Path, list[str]]) -> Path:
    return made[0]


@dataclass(frozen=True)
class Visit:
    """What a browser without a network found on a page: all it asked for, what was set, what a checker complains of."""

    asked: tuple[str, ...]
    formulas: int
    failed_formulas: int
    unset: list[str] | None
    serious: list[tuple[str, str]]


@pytest.fixture(scope="module")
def reader() -> Iterator[Any]:
    """A page of a browser without a network."""
    with browser_page() as page:
        page.set_default_timeout(PATIENCE)
        page.context.set_offline(True)
        yield page


@pytest.fixture(scope="module")
def visits(reader: Any, folder: Path) -> dict[str, Visit]:
    """Every page of the book, opened once."""
    checker = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    return {path.stem: visit(reader, path, checker) for path in sorted(folder.glob("*.html"))}


def visit(reader: Any, path: Path, checker: Any) -> Visit:
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    reader.goto(path.as_uri())
    reader.wait_for_function("!window.MathJax || window.MathJax.startup?.promise?.then(() => true)")
    reader.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true; })")
    # What is unfolded fades in; its colours are judged when they are there.
    reader.evaluate("Promise.all(document.getAnimations().map(one => one.finished)).then(() => null)")
    return Visit(
        tuple(asked),
        reader.locator("mjx-container svg").count(),
        reader.locator("mjx-merror, [data-mjx-error]").count(),
        reader.evaluate(r"document.body.textContent.match(/\\\(|\\\[/g)"),
        serious(reader, checker) if path.stem in CHECKED else [],
    )


def serious(reader: Any, checker: Any) -> list[tuple[str, str]]:
    """What the checker finds that keeps a reader from something, by its rule and the first place."""
    # What MathJax draws is described beside it; looking at every stroke would take a minute. So do the colours of a
    # unit's page, which are those of the other pages and of the notebooks.
    context = {"exclude": [["mjx-container"]]}
    colours = {"color-contrast": {"enabled": "FULL" in os.environ or not UNIT_PAGE.search(reader.url)}}
    options = {"preload": False, "resultTypes": ["violations"], "rules": colours}
    found = checker.run(reader, context=context, options=options)
    wrong = (violation for violation in found.response["violations"] if violation["impact"] in SERIOUS)
    return [(violation["id"], violation["nodes"][0]["html"]) for violation in wrong]


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def solutions(source: Source) -> dict[str, str]:
    """What students must find out, by component: the text between the marks, without its white space."""
    between = re.compile(f"{SOLUTION_MARKS[0]}\n(.*?){SOLUTION_MARKS[1]}", re.DOTALL)
    return {name: bare("".join(between.findall(text))) for name, text in source.exercises.items()}


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def asked_in(units: tuple[str, ...]) -> list[Any]:
    return [question for unit in units for question in load_questions(ROOT / "solutions" / unit / "questions.yaml")]


def test_the_book_is_made_without_a_warning(made: tuple[Path, list[str]]) -> None:
    assert made[1] == []


@pytest.mark.parametrize("unit", units_with_source())
def test_a_page_of_the_book_shows_no_solution_and_no_verdict_on_one(unit: str) -> None:
    source = read_source(unit)
    shown = unit_page(public_cells(source), load_unit(unit))
    text = bare("\n".join(cell.source for cell in shown.cells) + json.dumps([c.get("outputs") for c in shown.cells]))
    assert [name for name, solution in solutions(source).items() if solution in text] == []
    graded = [cell for cell in shown.cells if cell.cell_type == "code" and cell.source.startswith("check(")]
    assert len(graded) >= len(source.exercises)
    stubs = [cell for cell in shown.cells if cell.cell_type == "code" and "NotImplementedError" in cell.source]
    assert len(stubs) >= len(source.exercises) and not any(cell.outputs for cell in stubs)


def test_no_file_of_the_book_holds_a_solution(folder: Path) -> None:
    texts = [path for path in folder.rglob("*") if path.suffix in {".html", ".js", ".txt", ".ipynb"}]
    everything = bare("".join(html.unescape(re.sub(r"<[^>]+>", "", path.read_text("utf-8"))) for path in texts))
    assert bare("raise NotImplementedError") in everything
    hidden = {name: text for unit in UNITS for name, text in solutions(read_source(unit)).items()}
    assert [name for name, solution in hidden.items() if solution in everything] == []


def test_the_instructors_page_shows_every_solution_without_marks() -> None:
    source = read_source("07-gpt")
    shown = unit_page(public_cells(source, instructor=True), load_unit("07-gpt"))
    cells = [cell.source for cell in shown.cells if cell.cell_type == "code"]
    assert {without_marks(text) for text in source.exercises.values()} <= set(cells)
    assert not any(mark in cell for cell in cells for mark in SOLUTION_MARKS)


def test_the_pages_of_a_unit_keep_the_outputs_of_its_figures() -> None:
    source = read_source("07-gpt")
    run = nbformat.read(ROOT / "solutions" / "07-gpt" / "07-gpt.ipynb", as_version=4)
    shown = {cell.id: cell for cell in unit_page(public_cells(source), load_unit("07-gpt")).cells}
    figures = [cell for cell in run.cells if "<figure" in json.dumps(cell.get("outputs", []))]
    assert figures and all(shown[cell.id].outputs == cell.outputs for cell in figures)


def test_no_page_asks_for_anything_outside_the_book(visits: dict[str, Visit], folder: Path) -> None:
    inside = (f"{folder.as_uri()}/", "data:")
    asked = [url for visited in visits.values() for url in visited.asked]
    assert len(asked) > len(visits)
    assert [url for url in asked if not url.startswith(inside)] == []


def test_nothing_in_the_pages_is_to_be_fetched_from_elsewhere(folder: Path) -> None:
    fetched = [
        tag.get("src") or tag.get("href")
        for path in folder.glob("*.html")
        for tag in soup(path).select("script[src], link[href], img[src], iframe[src], source[src]")
    ]
    assert fetched and [url for url in fetched if re.match(r"(https?:)?//", url)] == []


def test_every_formula_is_set(visits: dict[str, Visit]) -> None:
    assert all(visits[name].formulas > 5 for name in (*UNITS, "notation"))
    assert [name for name, visited in visits.items() if visited.failed_formulas or visited.unset] == []


def test_a_self_test_explains_the_option_that_is_opened(reader: Any, folder: Path) -> None:
    reader.goto((folder / f"{UNITS[1]}.html").as_uri())
    first = load_questions(ROOT / "solutions" / UNITS[1] / "questions.yaml")[0]
    assert reader.locator(".self-test-question").count() == len(asked_in((UNITS[1],)))
    option = reader.locator(".self-test-question").first.locator("details").first
    explanation = option.locator("div")
    assert not explanation.is_visible()
    option.locator("summary").click()
    assert explanation.is_visible()
    assert explanation.inner_text().startswith("✓ Right." if first.options[0].correct else "✗ Not so.")


@pytest.mark.parametrize("width", [700, 1280])
def test_no_frame_of_an_explorer_is_cut_off(reader: Any, folder: Path, width: int) -> None:
    size = reader.viewport_size
    reader.set_viewport_size({"width": width, "height": 900})
    reader.goto((folder / "07-gpt.html").as_uri())
    inside = reader.locator(".course-still iframe").element_handle().content_frame()
    for choice in inside.locator("input[name=still]").all():
        choice.check()
        inside.wait_for_function("document.documentElement.scrollHeight <= innerHeight", timeout=10_000)
    reader.set_viewport_size(size)


def test_the_search_finds_a_word_from_a_disk(reader: Any, folder: Path) -> None:
    reader.goto(f"{(folder / 'search.html').as_uri()}?q=perplexity")
    found = reader.locator("#search-results li a")
    found.first.wait_for()
    assert any("07-gpt.html" in link.get_attribute("href") for link in found.all())


def test_an_accessibility_checker_finds_nothing_serious(visits: dict[str, Visit]) -> None:
    assert {name: visited.serious for name, visited in visits.items() if visited.serious} == {}


def test_every_picture_has_words_and_no_heading_skips_a_rank(folder: Path) -> None:
    for path in folder.glob("*.html"):
        page = soup(path)
        assert [image for image in page.select("img") if not image.get("alt", "").strip()] == []
        ranks = [int(heading.name[1]) for heading in page.select("article :is(h1, h2, h3, h4, h5, h6)")]
        assert all(later <= earlier + 1 for earlier, later in zip(ranks, ranks[1:], strict=False)), path.name


def test_every_link_inside_the_book_leads_somewhere(folder: Path) -> None:
    places = {path.name: {tag["id"] for tag in soup(path).select("[id]")} for path in folder.glob("*.html")}
    for path in folder.glob("*.html"):
        for link in soup(path).select("a[href]"):
            page, place = urldefrag(unquote(link["href"]))
            if re.match(r"[a-z]+:", page):
                continue
            assert (folder / (page or path.name)).exists(), (path.name, link["href"])
            if place and page in ("", *places):
                assert place in places[page or path.name], (path.name, link["href"])


def test_every_component_and_mistake_can_be_looked_up(folder: Path) -> None:
    catalogue, index = soup(folder / "components.html"), soup(folder / "genindex.html").get_text()
    for unit in UNITS:
        page = soup(folder / f"{unit}.html")
        for component in load_unit(unit).components:
            assert page.find(id=exercise_target(component.name)) and component.name in index
            for mistake in component.mistakes:
                place = mistake_target(component.name, mistake.id)
                assert catalogue.find(id=place) and mistake.id in index
                assert page.select_one(f'a[href$="components.html#{place}"]')


def test_component_names_that_differ_have_places_that_differ() -> None:
    names = [component.name for unit in units_with_source() for component in load_unit(unit).components]
    assert len({exercise_target(name) for name in names}) == len(names)


def test_the_deck_has_a_card_for_every_question_that_explains_every_option(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(folder / FILE_NAME) as package:
        package.extract("collection.anki2", tmp_path)
    collection = sqlite3.connect(tmp_path / "collection.anki2")
    notes = [fields.split("\x1f") for (fields,) in collection.execute("select flds from notes")]
    questions = asked_in(UNITS)
    assert len(notes) == len(questions) == collection.execute("select count(*) from cards").fetchone()[0]
    assert [back.count("<li>") for _, back in notes] == [len(question.options) for question in questions]
    assert [back.count("✓ Right.") for _, back in notes] == [
        sum(option.correct for option in question.options) for question in questions
    ]
    decks = json.loads(collection.execute("select decks from col").fetchone()[0])
    assert {deck["name"].split("::")[-1][:2] for deck in decks.values()} >= {unit[:2] for unit in UNITS}


def test_a_card_stays_the_same_card_in_a_later_edition(folder: Path, tmp_path: Path) -> None:
    ids = []
    for edition in ("first", "second"):
        path = tmp_path / edition
        write_deck({unit: tuple(asked_in((unit,))) for unit in UNITS}, dict.fromkeys(UNITS, edition), path)
        with zipfile.ZipFile(path) as package:
            package.extract("collection.anki2", tmp_path / f"{edition}-cards")
        collection = sqlite3.connect(tmp_path / f"{edition}-cards" / "collection.anki2")
        ids.append([guid for (guid,) in collection.execute("select guid from notes")])
    assert ids[0] == ids[1] and len(set(ids[0])) == len(ids[0])


def test_the_bibliography_knows_a_work_by_its_address_and_names_the_units() -> None:
    prose = {
        "04": "- Vaswani et al. 2017, [*Attention is all you need*](https://x.org/1): a word.",
        "05": "Dehghani et al. 2019, [*Universal*](https://x.org/2), and Vaswani et al. 2017, [*Attention*](https://x.org/1)",
        "07": "- Jelinek et al. 1977, *Perplexity*: where the word comes from.",
    }
    works = bibliography(Source(unit, notebook(text), ()) for unit, text in prose.items())
    told = [(work.authors, work.title, units) for work, units in works.items()]
    assert told == [
        ("Dehghani et al.", "Universal", ["05"]),
        ("Jelinek et al.", "Perplexity", ["07"]),
        ("Vaswani et al.", "Attention is all you need", ["04", "05"]),
    ]


def notebook(text: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])


def test_headings_that_skip_a_rank_are_raised_and_code_is_left_alone() -> None:
    prose = [
        nbformat.v4.new_markdown_cell(text) for text in ("# A\n\n### B", "```\n#### no heading\n```\n## C\n#### D")
    ]
    close_ranks(prose)
    assert [cell.source for cell in prose] == ["# A\n\n## B", "```\n#### no heading\n```\n## C\n### D"]


@settings(deadline=None)
@given(st.text(alphabet="ab*_`$<>[](){}#|\\~^:%&!-+.=1 ", max_size=20).filter(lambda text: text.strip()))
def test_advice_reads_in_the_book_as_it_was_written(message: str) -> None:
    from markdown_it import MarkdownIt

    shown = BeautifulSoup(MarkdownIt("commonmark").render("x " + escaped(message) + " x"), "html.parser")
    plain = re.sub(r"(?<![\w*])\*(\w(?:[^*\n]*\w)?)\*(?![\w*])", r"\1", message)
    assert bare(shown.get_text()) == bare(f"x{plain}x")


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("irreplaceable")
    with pytest.raises(LectureError, match="holds something else"):
        book.build(UNITS, tmp_path)
    assert (tmp_path / "thesis.tex").read_text() == "irreplaceable"


def test_a_missing_package_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(book, "find_spec", lambda name: None if name == "furo" else name)
    with pytest.raises(LectureError, match=r"made with furo.*pip install -c constraints.txt -e '\.\[book\]'"):
        book.build(UNITS, tmp_path / "book")


def test_a_repository_without_sources_has_no_book(tmp_path: Path) -> None:
    with pytest.raises(LectureError, match="no sources"):
        book.build((), tmp_path / "book")


@pytest.mark.parametrize("there", [False, True])
def test_a_solution_not_executed_since_its_code_changed_is_named(tmp_path: Path, there: bool) -> None:
    unit = "07-gpt"
    path = tmp_path / "solutions" / unit / f"{unit}.ipynb"
    if there:
        path.parent.mkdir(parents=True)
        run = nbformat.read(ROOT / "solutions" / unit / path.name, as_version=4)
        run.cells = run.cells[:-5]
        nbformat.write(run, path)
    with pytest.raises(LectureError, match=f"{unit}.ipynb .*course release {unit}"):
        public_cells(read_source(unit), root=tmp_path)


def test_the_command_says_in_a_sentence_where_it_may_not_write(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    (tmp_path / "notes.txt").touch()
    monkeypatch.setattr("sys.argv", ["course", "book", "--out", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    assert "holds something else than a book" in " ".join(capsys.readouterr().err.split())


def test_the_command_prints_the_address_of_the_book(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(book, "build", lambda units, out, instructor: [f"{len(units)} units"])
    ran = CliRunner().invoke(cli.app, ["book", "--out", str(tmp_path / "b")])
    assert ran.exit_code == 0 and (tmp_path / "b" / "index.html").as_uri() in ran.output
