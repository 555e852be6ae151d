"""How long an explorer takes to redraw after a slider was moved, in a real JupyterLab; 100 ms at most are wanted."""

import os
from pathlib import Path
from statistics import median
from typing import Any

import nbformat
import pytest
from browser import browser_page, jupyterlab

MOVES = 31 if os.environ.get("FULL") else 7
# The explorers that need no trained model, all below one cell: JupyterLab draws no cell that is out of sight.
CELL = """
import numpy as np
from figures import beam_explorer, distillation, explorers, gate_explorer, position_explorers, recurrent_explorers

weights = np.random.default_rng(0).dirichlet(np.ones(12), size=(4, 6, 12))
tree = {(): {"the": 0.5, "a": 0.4, "EOS": 0.1}, ("the",): {"cat": 0.4, "EOS": 0.6}, ("a",): {"cat": 0.9, "EOS": 0.1}}
for explorer in (
    explorers.scaled_scores_explorer(),
    explorers.mask_explorer(),
    explorers.heads_explorer([f"word{index}" for index in range(12)], weights),
    position_explorers.frequency_explorer(),
    position_explorers.offset_explorer(),
    position_explorers.rotation_explorer(),
    recurrent_explorers.gradient_explorer(),
    gate_explorer.gates_explorer(),
    beam_explorer.beam_explorer(lambda _: tree.get, ["a tree"], {"the end": {}}),
    distillation.temperature_explorer(np.arange(6.0), list("abcdef"), 5),
):
    display(explorer)
"""
# From the key that moves the slider to the next frame that the browser paints after the picture has changed.
WATCH = """explorer => {
  let pressed = 0;
  explorer.latencies = [];
  explorer.addEventListener("keydown", () => { pressed = performance.now(); }, { capture: true });
  new MutationObserver(() => {
    if (!pressed) return;
    const start = pressed;
    pressed = 0;
    requestAnimationFrame(() => explorer.latencies.push(performance.now() - start));
  }).observe(explorer.querySelector(".course-frame").closest(".widget-html"), { childList: true, subtree: true });
}"""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The address of a JupyterLab with a notebook of explorers."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    folder = tmp_path / "lab"
    folder.mkdir()
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(CELL)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "explorers.ipynb")
    with jupyterlab(folder, tmp_path / "state") as address:
        yield address


def latencies(page: Any, explorer: Any) -> list[float]:
    """Move an explorer's first slider to and fro and return the milliseconds until the picture has followed."""
    element = explorer.element_handle()
    element.evaluate(WATCH)
    handle = explorer.locator(".noUi-handle:visible").first
    handle.focus()
    at_the_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
    for move in range(MOVES):
        page.keyboard.press("ArrowLeft" if move % 2 != at_the_end else "ArrowRight")
        page.wait_for_function("([explorer, count]) => explorer.latencies.length > count", arg=[element, move])
    return list(element.evaluate("explorer => explorer.latencies"))


def test_every_explorer_follows_its_slider_in_jupyterlab(lab: str, record_property: Any) -> None:
    """It needs a JupyterLab of its own, whose start takes most of its time."""
    with browser_page() as page:
        page.goto(f"{lab}/tree/explorers.ipynb?reset")
        page.get_by_text("| Idle").wait_for(timeout=60_000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.wait_for_function("document.querySelectorAll('.course-explorer .course-frame').length === 10")
        for explorer in page.locator(".course-explorer").all():
            times = latencies(page, explorer)
            title = explorer.locator(".course-heading").inner_text()
            told = f"median {median(times):.0f} ms, largest {max(times):.0f} ms"
            record_property(f"redraw after a slider's move, {title}", told)
            assert len(times) >= MOVES
