"""Code that wants the judge to believe something: patched libraries, strange objects, forged messages."""

import pytest
import torch
from tiny_unit import FULL_MARKS, cells, judged, only_fails, statuses, verdict_on

from autograder.kernel.cells import Cell
from autograder.kernel.kernel import Kernel

PATCHES = {
    "torch.testing": "torch.testing.assert_close = lambda *args, **kwargs: None",
    "torch.allclose": "torch.allclose = torch.equal = torch.isclose = lambda *args, **kwargs: True",
    "numpy.testing": "import numpy.testing\nnumpy.testing.assert_allclose = lambda *args, **kwargs: None",
    "torch.randn": "torch.randn = torch.rand = lambda *shape, **kwargs: torch.zeros(shape)",
    "builtins": "import builtins\nbuiltins.all = builtins.any = builtins.isinstance = lambda *args: True",
    "builtins abs": "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.max = lambda *args, **kwargs: 0",
    "tensor eq": "torch.Tensor.__eq__ = torch.Tensor.__ne__ = lambda self, other: True",
    "tensor arithmetic": "torch.Tensor.__rmul__ = torch.Tensor.__add__ = lambda self, other: self",
    "torch.add": "torch.add = torch.Tensor.add = lambda *args, **kwargs: torch.zeros(())",
    "len": "import builtins\nbuiltins.len = lambda x: 1/0",
    "import": "import builtins\nbuiltins.__import__ = None",
    "json": "import json\njson.dumps = lambda *args, **kwargs: '{}'",
    "linecache": "import linecache, traceback\nlinecache.getline = traceback.extract_tb = None",
    "time": "import time\ntime.monotonic = time.time = lambda: 0",
    "signal": "import signal\nsignal.signal = None",
    "os": "import os\nos.fork = os._exit = os.kill = os.waitpid = None",
    "random": "import random\nrandom.seed = None\ntorch.manual_seed = None",
    "default dtype": "torch.set_default_dtype(torch.float64)",
    "no gradients": "torch.set_grad_enabled(False)",
    "inference": "torch.inference_mode().__enter__()",
    "device": "torch.set_default_device('meta')",
    "warnings": "import warnings\nwarnings.simplefilter('error')",
    "trace": "import sys\nsys.settrace(lambda *args: 1/0)",
    "modules": "import sys\nsys.modules['torch'] = sys.modules['json'] = None",
    "recursion": "import sys\nsys.setrecursionlimit(60)",
    "stdout": "import sys\nsys.stdout = sys.stderr = None",
    "the release's names": "torch = None\ncheck = None",
    "globals": "globals().clear()",
}
WRONG = "def double(x):\n    return 3 * x\n"


@pytest.mark.parametrize("patch", PATCHES.values(), ids=PATCHES.keys())
def test_a_patch_gives_a_wrong_answer_nothing_and_takes_nothing_from_its_neighbours(kernel: Kernel, patch: str) -> None:
    found = judged(kernel, cells(double=f"{WRONG}{patch}\n"))
    assert {**statuses(found), "double": "passed"} == FULL_MARKS
    assert verdict_on(found, "double").score == 0


@pytest.mark.parametrize("patch", PATCHES.values(), ids=PATCHES.keys())
def test_a_patch_made_when_called_takes_nothing_from_its_neighbours(kernel: Kernel, patch: str) -> None:
    lines = "".join(f"    {line}\n" for line in patch.splitlines() if patch != PATCHES["the release's names"])
    found = judged(kernel, cells(double=f"def double(x):\n    y = 2 * x\n{lines}    return y\n"))
    assert {**statuses(found), "double": "passed"} == FULL_MARKS


def test_a_patch_in_an_added_cell_costs_nobody(kernel: Kernel) -> None:
    patch = Cell("patch", "added", PATCHES["tensor arithmetic"])
    assert statuses(judged(kernel, [*cells(), patch])) == FULL_MARKS


EQUAL_TO_EVERYTHING = """
class Always:
    shape = property(lambda self: Everything())
    dtype = torch.float32

    def __eq__(self, other):
        return True

    def __getattr__(self, name):
        return lambda *args, **kwargs: self

    def __bool__(self):
        return True

    def __float__(self):
        return 1.0

    __len__ = lambda self: 1
    __iter__ = lambda self: iter([self])
    __array__ = lambda self, *args: __import__("numpy").zeros(1)


class Everything(Always, tuple):
    pass


def double(x):
    return {}
"""
LIES = {
    "object": "Always()",
    "tuple": "Everything()",
    "float": "type('F', (float,), {'__eq__': lambda a, b: True, '__float__': lambda self: float('nan')})()",
    "tensor": "type('T', (torch.Tensor,), {'__eq__': lambda a, b: True, 'shape': (2, 3)})(2, 3)",
    "string": "type('S', (str,), {'__eq__': lambda a, b: True, '__len__': lambda self: 10**9})('x')",
    "dict": "type('D', (dict,), {'items': lambda self: 1/0, '__iter__': lambda self: 1/0})(a=1)",
    "list": "type('L', (list,), {'__iter__': lambda self: (item for item in iter(int, 1))})()",
    "repr": "type('R', (), {'__repr__': lambda self: __import__('os')._exit(0)})()",
    "type name": "type('passed', (), {'__class__': torch.Tensor})()",
    "none": "None",
    "not a number": "torch.full_like(x, float('nan'))",
    "huge integer": "10**4000",
    "surrogate": "'\\ud800\\x00'",
    "sparse": "torch.zeros(2, 3).to_sparse()",
    "meta": "torch.zeros(2, 3, device='meta')",
    "quantised": "torch.quantize_per_tensor(torch.zeros(2, 3), 1.0, 0, torch.quint8)",
    "complex": "torch.zeros(2, 3, dtype=torch.complex64).conj()",
    "no element": "torch.zeros(0, 2**40)",
    "strange dtype": "torch.zeros(2, 3).to(torch.float8_e4m3fn)",
    "generator": "(item for item in iter(int, 1))",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_strange_value_is_a_wrong_answer_not_a_fault(kernel: Kernel, lie: str) -> None:
    assert only_fails(judged(kernel, cells(double=EQUAL_TO_EVERYTHING.replace("{}", lie))), "double")


TENSOR = (
    'frame(b\'{"tuple":["value",{"tensor":{"dtype":"torch.float32","shape":[%s],"start":%d,"bytes":%d,'
    '"requires_grad":true}}]}\', b"abcd")'
)
FORGED = {
    "garbage": "b'\\xff' * 100",
    "nothing, then the end": "b''",
    "half a frame": "b'\\x00\\x00\\x00\\xff\\x00\\x00\\x00\\x00['",
    "a frame of ten gigabytes": "b'\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff' + b'x' * 10**6",
    "deep JSON": "frame(b'[' * 100_000 + b']' * 100_000)",
    "deep tuples": "frame(b'{\"tuple\":[' * 50_000 + b']}' * 50_000)",
    "not a value": 'frame(b\'{"tuple":["value",{"pickle":"x"}]}\')',
    "an unknown answer": 'frame(b\'{"tuple":["passed",1]}\')',
    "a tensor without its bytes": TENSOR % ("9,9", 0, 324),
    "a tensor of negative size": TENSOR % ("-1,-1", -4, 4),
    "a tensor of infinite shape": TENSOR % ("Infinity", 0, 0),
    "a tensor of another's bytes": TENSOR % ("1", -400, 4),
    "an error that is none": 'frame(b\'{"tuple":["error",[1,2,3]]}\')',
    "an unknown callback": 'frame(b\'{"tuple":["callback",7,{"tuple":[]},{"dict":[]}]}\')',
    "bad text": "frame(b'\"\\xed\\xa0\\x80\"')",
    "a huge number": "frame(b'9' * 4000)",
}
FORGES = """
import os, struct, socket


def frame(header, body=b""):
    return struct.pack("!II", len(header), len(body)) + header + body


def double(x):
    message = {}
    for number in range(3, 64):
        try:
            while message:
                message = message[os.write(number, message):]
        except OSError:
            pass
    os._exit(0)
"""


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_a_forged_message_is_a_wrong_answer_not_a_fault(kernel: Kernel, forged: str) -> None:
    assert only_fails(judged(kernel, cells(double=FORGES.replace("{}", forged))), "double")


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_a_message_forged_by_a_cell_costs_its_component_only(kernel: Kernel, forged: str) -> None:
    assert only_fails(judged(kernel, cells(double=FORGES.replace("{}", forged) + "double(1)\n")), "double")


def test_ten_gigabytes_on_the_channel_cost_their_component_only(kernel: Kernel) -> None:
    floods = FORGES.replace("{}", "frame(b'[' + b' ' * 60_000_000 + b']') * 170")
    assert only_fails(judged(kernel, cells(double=floods)), "double")


def test_full_marks_claimed_on_the_cells_channel_are_not_believed(kernel: Kernel) -> None:
    claims = """
import json, os, struct

header = json.dumps({"tuple": ["ready", ["double", "shift", "both"], False]}).encode()
os.write(3, struct.pack("!II", len(header), 0) + header)


def double(x):
    return 3 * x
"""
    assert verdict_on(judged(kernel, cells(double=claims)), "double").score == 0


SHELL_TRICKS = """
shell = get_ipython()
shell.run_code = lambda *args, **kwargs: None
shell.input_transformers_cleanup.append(lambda lines: [])
shell.input_transformers_post = [lambda lines: ["pass\\n"]]
shell.events.register("post_run_cell", lambda *args: None)
shell.set_next_input("check = lambda name: 100.0")
shell.ast_transformers = []
type(shell).run_cell = lambda *args: None
get_ipython = lambda: shell
execute_result = {"data": {"text/plain": "100.0"}}
"""


def test_tricks_with_the_notebook_s_shell_change_nothing(kernel: Kernel) -> None:
    found = judged(kernel, cells(double=SHELL_TRICKS + WRONG))
    assert only_fails(found, "double")


def test_a_check_of_one_s_own_gives_no_marks(kernel: Kernel) -> None:
    own = WRONG + "import autograder\nautograder.check = check = lambda name, **options: 100.0\ncheck('double')\n"
    assert only_fails(judged(kernel, cells(double=own)), "double")


def test_hard_coded_answers_to_another_grading_give_no_marks(kernel: Kernel) -> None:
    table = "answers = {(2, 3): torch.zeros(2, 3), (4,): torch.zeros(4)}\n"
    looks_up = table + "\ndef double(x):\n    return answers[tuple(x.shape)]\n"
    assert only_fails(judged(kernel, cells(double=looks_up)), "double")


def test_writing_into_what_comes_in_does_not_change_what_is_expected(kernel: Kernel) -> None:
    spoils = "def double(x):\n    x.zero_()\n    return x\n"
    assert only_fails(judged(kernel, cells(double=spoils)), "double")


def test_knowing_the_seed_is_of_no_use_for_reaching_the_judge_s_draws(kernel: Kernel) -> None:
    state = torch.random.get_rng_state()
    judged(kernel, cells(double="torch.manual_seed(7)\n" + WRONG))
    assert torch.equal(state, torch.random.get_rng_state())
