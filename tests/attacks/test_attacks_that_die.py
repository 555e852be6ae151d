"""Code that ends its process, or everybody's: it costs its own component and no other."""

import pytest
from tiny_unit import FULL_MARKS, RIGHT, cells, judged, only_fails, statuses, verdict_on

from autograder.kernel.cells import Cell
from autograder.kernel.kernel import Kernel

ENDS = {
    "sys.exit": "import sys\nsys.exit(0)",
    "exit": "raise SystemExit",
    "os._exit": "import os\nos._exit(0)",
    "kill": "import os\nos.kill(os.getpid(), 9)",
    "kill group": "import os\nos.killpg(0, 9)",
    "abort": "import os\nos.abort()",
    "segfault": "import ctypes\nctypes.string_at(0)",
    "interrupt": "raise KeyboardInterrupt",
    "generator": "raise GeneratorExit",
}


def indented(lines: str) -> str:
    return "".join(f"    {line}\n" for line in lines.splitlines())


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_a_cell_that_ends_its_process_costs_its_component_only(kernel: Kernel, end: str) -> None:
    assert only_fails(judged(kernel, cells(double=f"{RIGHT['double']}{end}\n")), "double")


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_a_component_that_ends_its_process_costs_itself_only(kernel: Kernel, end: str) -> None:
    found = judged(kernel, cells(double=f"def double(x):\n{indented(end)}"))
    assert only_fails(found, "double")


@pytest.mark.parametrize("name", ["double", "shift", "both"])
def test_a_component_that_kills_every_process_in_reach_costs_itself_only(kernel: Kernel, name: str) -> None:
    kills = f"import os\n\ndef {name}(x):\n    os.kill(-1, 9)\n    os.kill(os.getppid(), 9)\n    return x\n"
    assert only_fails(judged(kernel, cells(**{name: kills})), name)


def test_a_component_that_is_right_but_kills_its_neighbours_process_harms_nobody_else(kernel: Kernel) -> None:
    kills = "import os\n\ndef double(x):\n    os.kill(os.getppid(), 9)\n    return 2 * x\n"
    assert statuses(judged(kernel, cells(double=kills)))["both"] == "passed"
    assert statuses(judged(kernel, cells(double=kills)))["shift"] == "passed"


def test_a_component_that_recurses_for_ever_costs_itself_only(kernel: Kernel) -> None:
    deep = "import sys\nsys.setrecursionlimit(10**9)\n\ndef double(x):\n    return double(double(x))\n"
    assert only_fails(judged(kernel, cells(double=deep)), "double")


def test_a_killer_left_behind_by_a_component_harms_nobody_else(kernel: Kernel) -> None:
    leaves = """
import os
import time


def double(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                time.sleep(0.001)
                os.kill(-1, 9)
        os._exit(0)
    return 3 * x
"""
    assert only_fails(judged(kernel, cells(double=leaves)), "double")


def test_a_killer_left_behind_by_a_cell_harms_nobody_else(kernel: Kernel) -> None:
    leaves = """
import os
import time

if os.fork() == 0:
    os.setsid()
    while True:
        time.sleep(0.001)
        os.kill(-1, 9)


def double(x):
    return 3 * x
"""
    assert only_fails(judged(kernel, cells(double=leaves)), "double")


def test_a_cell_that_forks_and_lets_both_go_on_costs_its_component_at_most(kernel: Kernel) -> None:
    found = judged(kernel, cells(double="import os\nos.fork()\n" + RIGHT["double"]))
    assert {**statuses(found), "double": "passed"} == FULL_MARKS


def test_an_added_cell_that_dies_costs_nobody(kernel: Kernel) -> None:
    dies = Cell("scratch", "added", "import os\nos._exit(1)\n")
    found = judged(kernel, [*cells()[:2], dies, *cells()[2:]])
    assert statuses(found) == FULL_MARKS
    assert "ended the process" in found.outcomes[2].problem


def test_what_ended_the_process_is_said(kernel: Kernel) -> None:
    crashes = judged(kernel, cells(double="import ctypes\n\ndef double(x):\n    return ctypes.string_at(0)\n"))
    assert "crashed" in verdict_on(crashes, "double").message
