"""The untrusted side: which cells run, what a component is, and what its neighbours are."""

import pytest
from tiny_unit import FULL_MARKS, NAMES, REFERENCES, RIGHT, SETUP, UNIT, cells, judged, only_fails, statuses, verdict_on

from autograder.kernel.cells import Cell, References
from autograder.kernel.kernel import Kernel


def test_a_right_submission_gets_full_marks(kernel: Kernel) -> None:
    found = judged(kernel, cells())
    assert statuses(found) == FULL_MARKS
    assert found.notes == ()


def test_a_right_submission_gets_full_marks_without_a_sandbox(unsafe_kernel: Kernel) -> None:
    assert statuses(judged(unsafe_kernel, cells())) == FULL_MARKS


def test_a_wrong_component_costs_itself_only(kernel: Kernel) -> None:
    assert only_fails(judged(kernel, cells(double="def double(x):\n    return 3 * x\n")), "double")


def test_what_is_not_defined_is_missing_and_disturbs_nobody(kernel: Kernel) -> None:
    assert statuses(judged(kernel, cells(double=""))) == {**FULL_MARKS, "double": "missing"}


def test_an_unwritten_component_is_missing_and_disturbs_nobody(kernel: Kernel) -> None:
    unwritten = "def shift(x):\n    raise NotImplementedError\n"
    assert statuses(judged(kernel, cells(shift=unwritten))) == {**FULL_MARKS, "shift": "missing"}


def test_a_cell_that_does_not_compile_costs_its_component_and_says_where(kernel: Kernel) -> None:
    found = judged(kernel, cells(double="def double(x:\n    return 2 * x\n"))
    assert only_fails(found, "double")
    assert "SyntaxError" in verdict_on(found, "double").message
    assert "def double(x:" in verdict_on(found, "double").message


def test_a_cell_that_crashes_costs_its_component_and_quotes_the_line(kernel: Kernel) -> None:
    found = judged(kernel, cells(shift=RIGHT["shift"] + "print(shift(undefined))\n"))
    assert only_fails(found, "shift")
    assert "NameError" in verdict_on(found, "shift").message
    assert "line 3: print(shift(undefined))" in verdict_on(found, "shift").message


def test_what_a_crashed_cell_had_done_is_undone(kernel: Kernel) -> None:
    crash = Cell("scratch", "added", "torch.add = None\nshift = None\nraise RuntimeError\n")
    found = judged(kernel, [*cells(), crash])
    assert statuses(found) == FULL_MARKS
    assert [outcome.name for outcome in found.outcomes if outcome.problem] == ["scratch"]


def test_a_component_is_what_its_own_cell_bound(kernel: Kernel) -> None:
    later = Cell("later", "added", "def double(x):\n    return 0 * x\n")
    assert statuses(judged(kernel, [*cells(), later])) == FULL_MARKS


def test_a_component_defined_in_an_added_cell_counts_when_its_own_cell_has_none(kernel: Kernel) -> None:
    moved = [Cell("first", "added", "def double(x):\n    return x\n"), Cell("second", "added", RIGHT["double"])]
    assert statuses(judged(kernel, [*cells(double="pass\n"), *moved])) == FULL_MARKS


def test_helpers_are_those_of_the_moment_at_which_the_component_was_defined(kernel: Kernel) -> None:
    uses_helper = "def helper(x):\n    return 2 * x\n\ndef double(x):\n    return helper(x)\n"
    spoils_helper = "def helper(x):\n    return x\n\n" + RIGHT["shift"]
    assert statuses(judged(kernel, cells(double=uses_helper, shift=spoils_helper))) == FULL_MARKS


def test_a_helper_below_is_found(kernel: Kernel) -> None:
    helper = Cell("below", "added", "def helper(x):\n    return 2 * x\n")
    assert statuses(judged(kernel, [*cells(double="def double(x):\n    return helper(x)\n"), helper])) == FULL_MARKS


def test_neighbours_are_the_references_even_if_the_submission_has_none(kernel: Kernel) -> None:
    found = judged(kernel, cells(double="", shift="def shift(x):\n    return x\n"))
    assert statuses(found) == {"double": "missing", "shift": "failed", "both": "passed"}


def test_without_references_neighbours_stay_the_submission_s_own(kernel: Kernel) -> None:
    found = judged(kernel, cells(shift="def shift(x):\n    return x\n"), references=References())
    assert statuses(found) == {"double": "passed", "shift": "failed", "both": "failed"}


def test_mine_hands_out_the_earlier_references(kernel: Kernel) -> None:
    from_mine = "from mine import two\n\ndef double(x):\n    return two() * x\n"
    references = References(own=RIGHT, earlier="def two():\n    return 2\n")
    assert statuses(judged(kernel, cells(double=from_mine), references=references)) == FULL_MARKS


def test_magics_shell_lines_and_help_do_nothing(kernel: Kernel) -> None:
    magical = "%matplotlib inline\n!pip install torch\ntorch.add?\nfiles = !ls\n" + RIGHT["double"]
    timed = "%%time\n" + RIGHT["shift"]
    shell = Cell(
        "shell", "added", "get_ipython().run_line_magic('load_ext', 'x')\ndisplay(1)\n%time y = 3\nassert y == 3\n"
    )
    found = judged(kernel, [*cells(double=magical, shift=timed), shell])
    assert statuses(found) == FULL_MARKS
    assert not any(outcome.problem for outcome in found.outcomes)


def test_what_a_cell_prints_is_kept_up_to_a_limit(kernel: Kernel) -> None:
    chatty = Cell(
        "chatty", "added", "import sys\nprint('hello')\nprint('careful', file=sys.stderr)\nprint('x' * 10**6)\n"
    )
    printed = judged(kernel, [*cells(), chatty]).outcomes[-1].printed
    assert printed.startswith("hello\ncareful\nxxx")
    assert len(printed) < 2 * kernel.limits.output


def test_the_same_seed_gives_the_same_verdict(kernel: Kernel) -> None:
    guessing = cells(double="def double(x):\n    return 2 * x + torch.randn(())\n")
    first, second = (judged(kernel, guessing).verdict for _ in range(2))
    assert first == second


def test_each_component_starts_from_its_own_random_numbers(kernel: Kernel) -> None:
    expects = "torch.manual_seed(0)\nexpected = torch.rand(())\n"
    lucky = expects + "def double(x):\n    return 2 * x + (torch.rand(()) == expected)\n"
    seeds_all = Cell("seeding", "added", "torch.manual_seed(0)\n")
    assert statuses(judged(kernel, [*cells(double=lucky), seeds_all])) == FULL_MARKS


def test_gradients_work_after_a_cell_that_ran_backward(kernel: Kernel) -> None:
    trains = Cell("training", "added", "w = torch.ones(3, requires_grad=True)\n(w * w).sum().backward()\n")
    assert statuses(judged(kernel, [*cells(), trains])) == FULL_MARKS


def test_a_template_that_died_is_replaced(kernel: Kernel) -> None:
    judged(kernel, cells())
    assert kernel._process is not None
    kernel._process.kill()
    assert statuses(judged(kernel, cells())) == FULL_MARKS


def test_a_kernel_that_was_not_opened_says_so() -> None:
    with pytest.raises(RuntimeError, match="with statement"):
        judged(Kernel(), cells())


def test_the_template_never_holds_what_a_submission_left(kernel: Kernel) -> None:
    leaves = Cell("leaves", "added", "import builtins, os\nbuiltins.left = 1\nopen('/tmp/left', 'w').write('x')\n")
    looks = Cell("looks", "added", "import os\nprint('left' in dir(__builtins__), os.path.exists('/tmp/left'))\n")
    judged(kernel, [*cells(), leaves])
    assert judged(kernel, [*cells(), looks]).outcomes[-1].printed == "False False\n"


def test_the_fixture_s_own_names_agree() -> None:
    assert tuple(REFERENCES.own) == NAMES == tuple(component.name for component in UNIT.components)
    assert SETUP.startswith("import torch")
