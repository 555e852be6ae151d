"""The sandbox itself, the template's life, and what is said where no sandbox can be had."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tiny_unit import FULL_MARKS, RIGHT, cells, descendants, judged, only_fails, statuses

from autograder.kernel.cells import Cell
from autograder.kernel.kernel import Kernel
from autograder.kernel.sandbox import NoSandbox, _outermost, _visible

REPOSITORY = Path(__file__).parents[1]
GRADES_ONCE = """
import sys
sys.path.insert(0, "tests")
from tiny_unit import *
from autograder.kernel.sandbox import NoSandbox
try:
    with Kernel() as kernel:
        print(statuses(judged(kernel, cells())))
except NoSandbox as reason:
    print("NoSandbox:", reason)
"""
WITHOUT_NAMESPACES = """
import os
from autograder.kernel import linux
user, group = os.geteuid(), os.getegid()
linux.unshare(linux.NEW_USER)
for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
    with open(f"/proc/self/{name}", "w") as file:
        file.write(text)
with open("/proc/sys/user/max_user_namespaces", "w") as file:
    file.write("0")
"""


def run(source: str, **options: object) -> str:
    command = [sys.executable, "-c", source]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=300, **options)  # type: ignore[call-overload]
    return str(done.stdout + done.stderr)


def test_where_no_sandbox_can_be_had_the_reason_and_the_way_out_are_said(kernel: Kernel) -> None:
    said = run(WITHOUT_NAMESPACES + GRADES_ONCE)
    assert said.startswith("NoSandbox: There is no sandbox for submissions here: the system refused it (")
    assert "--unsafe" in said
    assert "Traceback" not in said


def test_an_ordinary_user_has_the_sandbox_too(kernel: Kernel) -> None:
    if os.geteuid() != 0:
        pytest.skip("this is an ordinary user already")
    other = {"user": 61_000, "group": 61_000, "extra_groups": [], "env": {"PYTHONDONTWRITEBYTECODE": "1"}}
    try:
        run("pass", **other)
    except OSError:
        pytest.skip("the interpreter lies where only root can read it")
    assert run(GRADES_ONCE, **other) == f"{FULL_MARKS}\n"


def test_a_closed_kernel_leaves_no_process_behind(kernel: Kernel) -> None:
    with Kernel(limits=kernel.limits) as other:
        assert other._process is not None
        template = other._process.pid
        judged(other, cells(double="def double(x):\n    import os\n    os.fork()\n    return 2 * x\n"))
        assert descendants(template)
    assert not Path(f"/proc/{template}").exists()


def test_a_judge_that_is_killed_takes_the_untrusted_side_along(kernel: Kernel) -> None:
    source = "import sys, time\nsys.path.insert(0, 'tests')\nfrom tiny_unit import *\n"
    source += "with Kernel(sandbox=True) as kernel:\n    judged(kernel, cells(double='while True: pass'))\n"
    judge = subprocess.Popen([sys.executable, "-c", source], cwd=REPOSITORY)
    waited = time.monotonic() + 60
    while len(descendants(judge.pid)) < 4 and time.monotonic() < waited:
        time.sleep(0.1)
    below = descendants(judge.pid)
    assert len(below) >= 4
    judge.send_signal(signal.SIGKILL)
    judge.wait()
    waited = time.monotonic() + 60
    while any(alive(pid) for pid in below) and time.monotonic() < waited:
        time.sleep(0.1)
    assert not any(alive(pid) for pid in below)


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_template_killed_in_the_middle_of_a_submission_costs_nobody_a_mark(kernel: Kernel) -> None:
    slow = Cell("slow", "added", "import time\ntime.sleep(0.5)\n")
    with Kernel(limits=kernel.limits) as other:
        assert other._process is not None
        template = other._process
        assassin = threading.Timer(0.2, template.kill)
        assassin.start()
        found = judged(other, [*cells(), slow])
        assassin.join()
        assert template.poll() is not None
    assert statuses(found) == FULL_MARKS


def test_after_every_kind_of_submission_no_descriptor_and_no_process_is_left(kernel: Kernel) -> None:
    kinds = [
        cells(),
        cells(double="import os\nos._exit(1)\n"),
        cells(double="def double(x):\n    import os\n    os._exit(1)\n"),
        cells(double="def double(x):\n    return 3 * x\n", shift="torch.add = None\ndef shift(x):\n    return x\n"),
    ]
    judged(kernel, cells())
    before = len(os.listdir("/proc/self/fd"))
    assert kernel._process is not None
    templates = descendants(kernel._process.pid)
    for kind in kinds:
        judged(kernel, kind)
    assert len(os.listdir("/proc/self/fd")) == before
    assert descendants(kernel._process.pid) == templates


def test_memory_does_not_grow_with_the_number_of_submissions(kernel: Kernel) -> None:
    for _ in range(5):
        judged(kernel, cells())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(40):
        judged(kernel, cells())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2_000  # kB


def test_unsafe_submissions_write_into_a_folder_of_their_own(
    unsafe_kernel: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    writes = Cell("writes", "added", "import os\nopen('model.pt', 'w').close()\nprint(os.getcwd())\n")
    found = judged(unsafe_kernel, [*cells(), writes])
    assert os.listdir(tmp_path) == []
    assert not Path(found.outcomes[-1].printed.strip()).exists()


def test_without_a_sandbox_a_component_that_hangs_or_dies_costs_itself_only(unsafe_kernel: Kernel) -> None:
    hangs = "def double(x):\n    while True:\n        pass\n"
    dies = "import os\n\ndef double(x):\n    os._exit(0)\n"
    assert only_fails(judged(unsafe_kernel, cells(double=hangs)), "double")
    assert only_fails(judged(unsafe_kernel, cells(double=dies)), "double")


def test_a_cell_of_megabytes_is_not_run(kernel: Kernel) -> None:
    found = judged(kernel, cells(double=RIGHT["double"] + "#" * 2_000_000))
    assert only_fails(found, "double")
    assert "longer than" in found.verdict.components[0].message


def test_only_the_outermost_of_nested_folders_is_made_visible() -> None:
    assert _outermost({"/a/b", "/a", "/a/b/c", "/ab", "/d/e"}) == ["/a", "/ab", "/d/e"]


def test_what_is_visible_holds_no_part_of_the_repository_but_its_packages() -> None:
    inside = {path for path in _visible() if Path(path).is_relative_to(REPOSITORY) and Path(path) != REPOSITORY}
    assert {Path(path).name for path in inside} <= {"autograder", "data", "figures", ".venv", "site-packages"}
    assert str(REPOSITORY) not in _visible()


def test_a_sandbox_that_is_refused_is_an_exception_of_its_own() -> None:
    assert issubclass(NoSandbox, Exception)
