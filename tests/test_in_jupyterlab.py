"""What a reader sees in a browser: live in JupyterLab, in a notebook opened again, and in a page without a kernel."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from browser import browser_page, jupyterlab

from figures.beam_explorer import beam_explorer
from figures.explorers import Explorer, heads_explorer, mask_explorer, scaled_scores_explorer
from figures.gate_explorer import gates_explorer

QUESTIONS = r"""
- id: why-scale
  topics: [34]
  question: Why is $\operatorname{Var}(q \cdot k) = d_k$?
  options:
    - {text: $d_k$ terms of variance 1, correct: true, why: "Each $q_i k_i$ has the variance $1$."}
    - {text: The softmax, correct: false, why: It comes later.}
    - {text: Chance, correct: false, why: It is exact.}
"""
CELLS = [
    "from figures.explorers import mask_explorer\nmask_explorer()",
    "from autograder.student.quiz import self_test\nself_test()",
]
LIVE = ".course-explorer .course-frame"
STILL = ".course-still iframe"


def explorer_page(explorer: Explorer, tmp_path: Path) -> str:
    path = tmp_path / "page.html"
    path.write_text(f"<!DOCTYPE html><meta charset='utf-8'>{explorer.still}", encoding="utf-8")
    return path.as_uri()


def heads(count: int = 3, length: int = 4) -> Explorer:
    draws = np.random.default_rng(0).normal(size=(count, length, length)) * 2
    return heads_explorer(
        [f"word{index}" for index in range(length)], np.exp(draws) / np.exp(draws).sum(-1, keepdims=True)
    )


def beam() -> Explorer:
    tree = {(): {"a": 0.5, "b": 0.4, "EOS": 0.1}, ("a",): {"b": 0.4, "EOS": 0.6}, ("b",): {"EOS": 0.9, "a": 0.1}}
    return beam_explorer(lambda _: tree.get, ["a tree"], {"the end": {}, "greedy": {"beam": 1}})


EXPLORERS = [scaled_scores_explorer, mask_explorer, heads, gates_explorer, beam]


@pytest.fixture(scope="module")
def notebook_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("lab")
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "unit.ipynb")
    (folder / "questions.yaml").write_text(QUESTIONS, encoding="utf-8")
    return folder


def test_in_jupyterlab_and_opened_again(notebook_folder, tmp_path, monkeypatch):
    """One long test, because starting JupyterLab costs more than all it checks."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    with browser_page() as page:
        with jupyterlab(notebook_folder, tmp_path) as address:
            page.goto(f"{address}/tree/unit.ipynb?reset")
            page.get_by_text("| Idle").wait_for(timeout=60_000)
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

            # The live explorer, and not its still frames, which share its output area.
            page.wait_for_selector(LIVE, timeout=60_000)
            assert not page.locator(STILL).is_visible()
            frame = page.locator(f"{LIVE} > p")
            assert "21 of 36 pairs may attend." in frame.inner_text()
            page.get_by_label("causal").uncheck()
            page.get_by_text("36 of 36 pairs may attend.").wait_for()

            # The self-test, its mathematics typeset by JupyterLab, an explanation behind each option.
            page.wait_for_selector(".self-test mjx-container", timeout=30_000)
            page.wait_for_function(r"!document.querySelector('.self-test').innerText.includes('\\(')")
            why = page.locator(".self-test-right > div")
            assert not why.is_visible()
            page.locator(".self-test summary").first.click()
            assert why.is_visible()
            assert why.locator("mjx-container").count() == 2
            page.keyboard.press("Control+s")
            page.wait_for_function("!document.querySelector('.jp-mod-current.jp-mod-dirty')")
            page.wait_for_timeout(1_000)

        # A notebook opened without its kernel: the still frames, and no error message.
        with jupyterlab(notebook_folder, tmp_path) as address:
            page.goto(f"{address}/tree/unit.ipynb?reset")
            page.wait_for_selector(STILL, timeout=60_000)
            page.wait_for_timeout(3_000)
            assert page.locator(STILL).is_visible()
            assert not page.get_by_text("Error displaying widget").is_visible()

        # The same notebook, which nobody has vouched for: a plain table in place of what JupyterLab strips.
        stranger = nbformat.read(notebook_folder / "unit.ipynb", as_version=4)
        assert "widgets" not in stranger.metadata
        stranger.cells[0].source += "\n# edited elsewhere"
        nbformat.write(stranger, notebook_folder / "stranger.ipynb")
        with jupyterlab(notebook_folder, tmp_path) as address:
            page.goto(f"{address}/tree/stranger.ipynb?reset")
            page.get_by_text("21 of 36 pairs may attend.").first.wait_for(timeout=60_000)
            assert page.locator("iframe").count() == 0
            page.locator("details mjx-container").first.wait_for()
            page.locator("details summary").first.click()
            assert page.get_by_text("✓ Right.").first.is_visible()


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda made: made.__name__)
def test_without_a_kernel_each_choice_shows_its_one_frame(explorer, tmp_path):
    with browser_page() as page:
        page.goto(explorer_page(explorer(), tmp_path))
        inner = page.frame_locator("iframe")
        choices = inner.get_by_role("radio")
        assert choices.count() > 1
        seen = set()
        for number in range(choices.count()):
            choices.nth(number).check()
            visible = inner.locator(".course-frame:visible")
            assert visible.count() == 1
            seen.add(visible.inner_text())
        assert len(seen) == choices.count()
        assert not page.locator(".course-plain").is_visible()


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda made: made.__name__)
def test_no_frame_is_cut_off_in_a_notebook_s_width(explorer, tmp_path):
    with browser_page() as page:
        page.set_viewport_size({"width": 950, "height": 1200})
        page.goto(explorer_page(explorer(), tmp_path))
        inner = page.frames[1]
        inner.wait_for_load_state()
        for number in range(inner.locator("input").count()):
            inner.locator("input").nth(number).check()
            needed, has = inner.evaluate("[document.documentElement.scrollHeight, window.innerHeight]")
            assert needed <= has


def test_pointing_at_a_query_shows_its_weights_and_no_other_s(tmp_path):
    with browser_page() as page:
        page.goto(explorer_page(heads(), tmp_path))
        drawing = page.frame_locator("iframe").locator(".course-frame:visible .course-head")
        rays = drawing.locator(".r:visible")
        assert rays.count() == 1
        first = rays.text_content()
        drawing.locator(".n").first.hover()
        assert rays.count() == 1
        assert rays.text_content() != first


def test_the_keyboard_reaches_every_query(tmp_path):
    with browser_page() as page:
        page.goto(explorer_page(heads(length=3), tmp_path))
        drawing = page.frame_locator("iframe").locator(".course-frame:visible .course-head")
        drawing.locator(".q").first.focus()
        seen = []
        for _ in range(3):
            seen.append(drawing.locator(".r:visible").text_content())
            page.keyboard.press("Tab")
        assert len(set(seen)) == 3
