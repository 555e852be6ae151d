"""A student's first minutes: JupyterLab in a browser, an answer typed into the unit, and the check's verdict."""

import os
from pathlib import Path

import pytest
from browser import browser_page, jupyterlab

from autograder.student import workspace

UNIT = "04-multi-head-attention"
RIGHT = "return torch.ones(length, length).tril().bool()"
WRONG = "return torch.ones(length, length).triu().bool()"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    workspace.prepare(work=folder)
    return folder


def go_to(page, label: str) -> None:
    """Make the cell of that grade_id the active one and scroll it into view: cells out of sight aren't drawn."""
    page.evaluate(
        """async label => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            const place = notebook.widgets.findIndex(
                cell => (cell.model.getMetadata('nbgrader') || {}).grade_id === label);
            notebook.activeCellIndex = place;
            notebook.deselectAll();
            await notebook.scrollToItem(place, 'center');
        }""",
        label,
    )


def run(page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Enter")


def answer(page, name: str, body: str) -> str:
    """Type an answer over the exercise's cell, run it and its check, and return what the check shows."""
    go_to(page, name)
    editor = page.locator(".jp-Cell.jp-mod-active .cm-content")
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(f"def {name}(length):\n    {body}\n")
    run(page)
    go_to(page, f"check-{name}")
    run(page)
    go_to(page, f"check-{name}")
    verdict = page.locator(".jp-Cell.jp-mod-active .jp-OutputArea-output").first
    verdict.wait_for(timeout=60_000)
    page.wait_for_function(
        "() => { const c = window.jupyterapp.shell.currentWidget.content.activeCell; "
        "return c.model.executionState !== 'running' && c.model.outputs.length >= 2; }",
        timeout=60_000,
    )
    return verdict.inner_text()


def test_a_wrong_answer_is_named_and_a_right_one_passes_and_joins_the_students_library(work, tmp_path):
    with jupyterlab(work, tmp_path / "state", "--LabApp.expose_app_in_browser=True") as address, browser_page() as page:
        page.goto(f"{address}/tree/{UNIT}/{UNIT}.ipynb")
        page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=90_000,
        )
        go_to(page, "given-setup")
        run(page)
        assert "upper-triangle" in answer(page, "causal_mask", WRONG)
        passed = answer(page, "causal_mask", RIGHT)
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=f"{folder}/check-passed.png")
        assert passed.count("causal_mask") == 2, passed  # the headline and the library's line: the verdict stands once
        assert "passed" in passed and "upper-triangle" not in passed
        assert "from mine import causal_mask" in passed
    assert "tril" in (work / "mine" / "04" / "causal_mask.py").read_text()
