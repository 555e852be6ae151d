"""Code that uses up memory, processes, output, descriptors or disk: it costs its own component and no other."""

import pytest
from tiny_unit import FULL_MARKS, RIGHT, cells, judged, only_fails, statuses, verdict_on

from autograder.kernel.kernel import Kernel

BOMBS = {
    "list": "kept = [bytes(10**8)]\nwhile True:\n    kept.append(bytes(10**8))",
    "tensor": "import torch\ny = torch.ones(10**10)",
    "string": "y = 'x' * 10**10",
    "integer": "y = 10 ** 10 ** 10",
    "shared": "import mmap\nkept = mmap.mmap(-1, 8 * 2**30)\nkept.write(bytes(2**30))",
    "disk": "with open('/tmp/big', 'wb') as file:\n    while True:\n        file.write(bytes(2**20))",
    "descriptors": "import os\nkept = []\nwhile True:\n    kept.append(os.open('/dev/null', 0))",
    "threads": (
        "import threading\nstop = threading.Event()\n"
        "while True:\n    threading.Thread(target=stop.wait, daemon=True).start()"
    ),
    "files": "n = 0\nwhile True:\n    n += 1\n    open(f'/tmp/{n}', 'w').close()",
}
FORK_BOMB = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"


def indented(lines: str) -> str:
    return "".join(f"    {line}\n" for line in lines.splitlines())


@pytest.mark.parametrize("bomb", [*BOMBS.values(), FORK_BOMB], ids=[*BOMBS.keys(), "forks"])
def test_a_component_that_exhausts_something_costs_itself_only(kernel: Kernel, bomb: str) -> None:
    assert only_fails(judged(kernel, cells(double=f"def double(x):\n{indented(bomb)}")), "double")


@pytest.mark.parametrize("bomb", [BOMBS["list"], BOMBS["threads"], FORK_BOMB], ids=["list", "threads", "forks"])
def test_a_cell_that_exhausts_something_costs_its_component_only(kernel: Kernel, bomb: str) -> None:
    assert only_fails(judged(kernel, cells(double=f"{RIGHT['double']}{bomb}\n")), "double")


def test_200_megabytes_of_output_are_dropped_and_cost_nobody(kernel: Kernel) -> None:
    loud = RIGHT["double"] + "for _ in range(200):\n    print('x' * 10**6)\n"
    found = judged(kernel, cells(double=loud))
    assert statuses(found) == FULL_MARKS
    assert sum(len(outcome.printed) for outcome in found.outcomes) < 2 * kernel.limits.output


def test_200_megabytes_written_past_python_cost_nobody(kernel: Kernel) -> None:
    loud = (
        RIGHT["double"]
        + "import os\nfor _ in range(200):\n    os.write(1, b'x' * 10**6)\n    os.write(2, b'x' * 10**6)\n"
    )
    assert statuses(judged(kernel, cells(double=loud))) == FULL_MARKS


def test_a_background_thread_that_floods_the_output_costs_nobody(kernel: Kernel) -> None:
    floods = """
import threading


def flood():
    while True:
        print("x" * 10**6)


threading.Thread(target=flood, daemon=True).start()
"""
    found = judged(kernel, cells(double=RIGHT["double"] + floods))
    assert statuses(found) == FULL_MARKS
    assert all(len(outcome.printed) <= 2 * kernel.limits.output for outcome in found.outcomes)


def test_an_answer_of_gigabytes_costs_its_component_only(kernel: Kernel) -> None:
    huge = judged(kernel, cells(double="def double(x):\n    return torch.zeros(1).expand(10**11)\n"))
    assert only_fails(huge, "double")
    assert only_fails(judged(kernel, cells(double="def double(x):\n    return 'x' * 10**8\n")), "double")


def test_an_answer_nested_for_ever_costs_its_component_only(kernel: Kernel) -> None:
    nested = "def double(x):\n    y = []\n    y.append(y)\n    return y\n"
    wide = "def double(x):\n    return [[]] * 10**7\n"
    assert only_fails(judged(kernel, cells(double=nested)), "double")
    assert only_fails(judged(kernel, cells(double=wide)), "double")


def test_running_out_of_memory_is_said(kernel: Kernel) -> None:
    found = judged(kernel, cells(double=f"def double(x):\n{indented(BOMBS['list'])}"))
    assert "Memory" in verdict_on(found, "double").message
