"""Code that never ends, waits for ever, or will not be interrupted: it costs its own component and no other."""

from collections.abc import Sequence
from typing import Any

import pytest
from tiny_unit import FULL_MARKS, RIGHT, cells, judged, only_fails, statuses, verdict_on

from autograder.kernel.cells import Cell
from autograder.kernel.kernel import Kernel
from autograder.kernel.session import Report, Session

SWALLOWS = """
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass


def double(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""
SLEEPS = "import time\n\ndef double(x):\n    time.sleep(1000)\n"
WAITS = "import threading\n\ndef double(x):\n    threading.Event().wait()\n"
LOOPS = "def double(x):\n    while True:\n        pass\n"


@pytest.mark.parametrize("source", [LOOPS, SWALLOWS, SLEEPS, WAITS], ids=["loops", "swallows", "sleeps", "waits"])
def test_a_component_that_never_returns_costs_itself_only(kernel: Kernel, source: str) -> None:
    found = judged(kernel, cells(double=source))
    assert only_fails(found, "double")
    assert "time limit" in verdict_on(found, "double").message


@pytest.mark.parametrize(
    "body", ["while True:\n    pass\n", "import time\ntime.sleep(1000)\n"], ids=["loops", "sleeps"]
)
def test_a_cell_that_never_ends_costs_its_component_only(kernel: Kernel, body: str) -> None:
    found = judged(kernel, cells(double=RIGHT["double"] + body))
    assert only_fails(found, "double")
    assert "time limit" in verdict_on(found, "double").message


def test_a_cell_that_never_ends_is_not_tried_again_when_nobody_else_can_have_made_it_so(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []
    run = Session.run

    def counted(session: Session, submitted: Sequence[Cell], *rest: Any) -> Report:
        runs.append(sum("while True" in cell.source for cell in submitted))
        return run(session, submitted, *rest)

    monkeypatch.setattr(Session, "run", counted)
    judged(kernel, cells(double=RIGHT["double"] + "while True:\n    pass\n"))
    assert runs == [1, 0]


def test_a_cell_that_swallows_interrupts_for_ever_costs_its_component_only(kernel: Kernel) -> None:
    assert only_fails(judged(kernel, cells(double=SWALLOWS + "double(1)\n")), "double")


def test_a_second_component_in_a_cell_that_never_ends_is_lost_with_it(kernel: Kernel) -> None:
    found = judged(kernel, cells(double=RIGHT["double"] + RIGHT["shift"] + "while True:\n    pass\n", shift=""))
    assert statuses(found) == {"double": "failed", "shift": "missing", "both": "passed"}


def test_asking_for_input_costs_the_asking_cell_only(kernel: Kernel) -> None:
    found = judged(kernel, cells(double=RIGHT["double"] + "name = input('Who are you? ')\n"))
    assert only_fails(found, "double")
    assert "EOFError" in verdict_on(found, "double").message


def test_a_component_that_asks_for_input_costs_itself_only(kernel: Kernel) -> None:
    assert only_fails(judged(kernel, cells(double="def double(x):\n    return x * float(input())\n")), "double")


def test_a_thread_that_never_ends_costs_nobody(kernel: Kernel) -> None:
    endless = (
        "import threading\n\ndef spin():\n    while True:\n        pass\n\nthreading.Thread(target=spin).start()\n"
    )
    assert statuses(judged(kernel, cells(double=RIGHT["double"] + endless))) == FULL_MARKS


def test_a_time_out_that_the_submission_caught_by_closing_everything_costs_its_component_only(kernel: Kernel) -> None:
    closes = "import os\n\ndef double(x):\n    os.closerange(0, 256)\n    while True:\n        pass\n"
    assert only_fails(judged(kernel, cells(double=closes)), "double")
