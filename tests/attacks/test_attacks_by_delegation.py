"""An exercise's own subject taken from the library, by whatever way: no marks, and none lost elsewhere."""

import pytest
import torch
from tiny_unit import SETUP, judged, verdict_on
from torch.nn import functional as F

from autograder.judging.component import Call, Component, Property, Unit
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, gradients_agree
from autograder.kernel.cells import Cell, References
from autograder.kernel.kernel import Kernel
from autograder.units import load_unit

UNIT_04 = load_unit("04-multi-head-attention").component("scaled_dot_product_attention").forbidden
SOFTMAX = load_unit("00-start-here").component("softmax").forbidden


def draw(draw: Draw) -> dict[str, Call]:
    return {"once": Call((draw.normal(2, 3, 4), draw.normal(2, 5, 4), draw.normal(2, 5, 4)))}


ATTEND = Component(
    name="attend",
    draw=draw,
    properties=(Property("is_right", 2, agrees("once")), Property("differentiates", 1, gradients_agree("once"))),
    oracle=lambda q, k, v: F.scaled_dot_product_attention(q, k, v),
    forbidden=UNIT_04,
)
SHARES = Component(
    name="shares",
    draw=lambda draw: {"once": Call((draw.normal(2, 3),))},
    properties=(Property("is_right", 2, agrees("once")),),
    oracle=lambda x: torch.softmax(x, -1),
    forbidden=SOFTMAX,
)
UNIT = Unit("04-multi-head-attention", (ATTEND, SHARES))
OWN_ATTEND = """
def attend(q, k, v):
    return (q @ k.transpose(-2, -1) / 2).softmax(-1) @ v
"""
OWN_SHARES = """
def shares(x):
    powers = (x - x.amax(-1, keepdim=True)).exp()
    return powers / powers.sum(-1, keepdim=True)
"""
IMPORTS = """
import functools, importlib, os, sys, threading, time, types
import torch.nn.functional as F
from torch import nn
"""
SAME = """
layer = nn.MultiheadAttention(4, 1, batch_first=True, bias=False)
with torch.no_grad():
    layer.in_proj_weight.copy_(torch.eye(4).repeat(3, 1))
    layer.out_proj.weight.copy_(torch.eye(4))
"""
ATTENTION = {
    "plainly": "return F.scaled_dot_product_attention(q, k, v)",
    "getattr": "return getattr(F, 'scaled_dot' + '_product_attention')(q, k, v)",
    "importlib": "return importlib.import_module('torch.nn.functional').scaled_dot_product_attention(q, k, v)",
    "alias": "return alias(q, k, v)",
    "partial": "return functools.partial(F.scaled_dot_product_attention, q)(k, v)",
    "torch.ops": "return torch.ops.aten.scaled_dot_product_attention(q, k, v)",
    "torch.ops overload": "return torch.ops.aten.scaled_dot_product_attention.default(q, k, v)",
    "torch._C": "return torch._C._nn.scaled_dot_product_attention(q, k, v)",
    "the operation below": "return torch.ops.aten._scaled_dot_product_attention_math(q, k, v)[0]",
    "the fused operation": "return torch.ops.aten._scaled_dot_product_flash_attention_for_cpu("
    "q[:, None], k[:, None], v[:, None])[0][:, 0]",
    "vmap": "return torch.vmap(F.scaled_dot_product_attention)(q, k, v)",
    "jit": "return torch.jit.trace(lambda *a: F.scaled_dot_product_attention(*a), (q, k, v))(q, k, v)",
    "script": "return scripted(q, k, v)",
    "functions disabled": "with torch._C.DisableTorchFunction():\n"
    "        return torch.ops.aten.scaled_dot_product_attention(q, k, v)",
    "functions disabled below": "with torch._C.DisableTorchFunctionSubclass():\n"
    "        return torch._C._nn.scaled_dot_product_attention(q, k, v)",
    "swallowing": "try:\n        return F.scaled_dot_product_attention(q, k, v)\n"
    "    except BaseException:\n        return (q @ k.mT / 2).softmax(-1) @ v",
    "in a thread": "out = []\n    work = lambda: out.append(F.scaled_dot_product_attention(q, k, v))\n"
    "    t = threading.Thread(target=work)\n    t.start()\n    t.join()\n    return out[0]",
    "layer": "return layer(q, k, v)[0]",
    "layer without weights": "return layer(q, k, v, need_weights=False)[0]",
    "layer's forward": "return nn.MultiheadAttention.forward(layer, q, k, v)[0]",
    "layer's forward, unprofiled": "sys.setprofile(None)\n    return layer(q, k, v)[0]",
    "layer in a raw thread": "import _thread\n    out, done = [], threading.Event()\n"
    "    _thread.start_new_thread(lambda: (out.append(layer(q, k, v)[0]), done.set()), ())\n"
    "    done.wait(1)\n    return out[0]",
    "subclass": "return sub()(q, k, v)[0]",
    "function": "return whole(F.multi_head_attention_forward, q, k, v)",
    "copied function": "return whole(copied, q, k, v)",
    "copied code": "return whole(types.FunctionType(code, F.__dict__, 'f', defaults), q, k, v)",
    "renamed code": "return whole(types.FunctionType("
    "code.replace(co_name='mine', co_filename='x', co_firstlineno=7), F.__dict__, 'f', defaults), q, k, v)",
    "lazily": "return Lazy.of(q, k, v)",
    "in backward": "return Later.apply(q, k, v)",
    "nested": "return F.scaled_dot_product_attention(*(torch.nested.as_nested_tensor(list(x[:, None])) "
    "for x in (q, k, v))).to_padded_tensor(0.0)[:, 0]",
    "the cells' process": "torch.save((q, k, v), '/tmp/asked.new')\n    os.rename('/tmp/asked.new', '/tmp/asked')\n"
    "    while not os.path.exists('/tmp/told'):\n        time.sleep(0.01)\n"
    "    time.sleep(0.1)\n    told = torch.load('/tmp/told')\n    os.remove('/tmp/told')\n    return told",
}
AROUND = """
alias = F.scaled_dot_product_attention
code = F.multi_head_attention_forward.__code__
defaults = F.multi_head_attention_forward.__defaults__
copied = types.FunctionType(code, F.__dict__, "copied", defaults)


@torch.jit.script
def scripted(q, k, v):
    return torch.nn.functional.scaled_dot_product_attention(q, k, v)


def whole(function, q, k, v):
    q, k, v = (x.transpose(0, 1) for x in (q, k, v))
    weights = (layer.in_proj_weight, None, None, None, False, 0.0, layer.out_proj.weight, None)
    return function(q, k, v, 4, 1, *weights)[0].transpose(0, 1)


class Sub(nn.MultiheadAttention):
    def forward(self, *inputs):
        return super().forward(*inputs)


def sub():
    made = Sub(4, 1, batch_first=True, bias=False)
    made.load_state_dict(layer.state_dict())
    return made


def answer_files():
    while True:
        time.sleep(0.01)
        if os.path.exists("/tmp/asked"):
            q, k, v = torch.load("/tmp/asked")
            os.remove("/tmp/asked")
            torch.save(F.scaled_dot_product_attention(q, k, v), "/tmp/told")


threading.Thread(target=answer_files, daemon=True).start()


class Lazy(torch.Tensor):
    @classmethod
    def of(cls, q, k, v):
        made = torch.zeros(2, 3, 4).as_subclass(cls)
        made.inputs = q, k, v
        return made

    def detach(self):
        return F.scaled_dot_product_attention(*self.inputs)


class Later(torch.autograd.Function):
    @staticmethod
    def forward(ctx, q, k, v):
        ctx.save_for_backward(q, k, v)
        return (q @ k.mT / 2).softmax(-1) @ v

    @staticmethod
    def backward(ctx, grad):
        q, k, v = (x.detach().requires_grad_() for x in ctx.saved_tensors)
        with torch.enable_grad():
            return torch.autograd.grad((F.scaled_dot_product_attention(q, k, v) * grad).sum(), (q, k, v))
"""


def marks(kernel: Kernel, attend: str = OWN_ATTEND, shares: str = OWN_SHARES) -> tuple[int, int]:
    submitted = [
        Cell("setup", "given", SETUP + IMPORTS),
        Cell("around", "added", SAME + AROUND),
        Cell("attend", "solution", attend),
        Cell("shares", "solution", shares),
    ]
    found = judged(kernel, submitted, UNIT, References())
    assert not any(outcome.problem for outcome in found.outcomes), found.outcomes
    return verdict_on(found, "attend").score, verdict_on(found, "shares").score


def test_one_s_own_code_keeps_its_marks(kernel: Kernel) -> None:
    assert marks(kernel) == (3, 2)


@pytest.mark.parametrize("way", ATTENTION.values(), ids=ATTENTION.keys())
def test_attention_from_the_library_gets_no_marks(kernel: Kernel, way: str) -> None:
    gained, neighbour = marks(kernel, attend=f"def attend(q, k, v):\n    {way}\n")
    assert gained <= ("backward" in way or "Later" in way) * 2
    assert neighbour == 2


FROM_LIBRARY = {
    "torch": "return torch.softmax(x, -1)",
    "method": "return x.softmax(-1)",
    "functional": "return F.softmax(x, -1)",
    "special": "return torch.special.softmax(x, -1)",
    "log": "return x.log_softmax(-1).exp()",
    "layer": "return nn.Softmax(-1)(x)",
    "operation": "return torch.ops.aten._softmax(x, -1, False)",
    "out": "return torch.softmax(x, -1, out=torch.empty_like(x))",
    "masked": "return torch._masked_softmax(x, torch.zeros_like(x, dtype=torch.bool), -1)",
    "minus": "return F.softmin(-x, -1)",
}


@pytest.mark.parametrize("way", FROM_LIBRARY.values(), ids=FROM_LIBRARY.keys())
def test_softmax_from_the_library_gets_no_marks(kernel: Kernel, way: str) -> None:
    assert marks(kernel, shares=f"def shares(x):\n    {way}\n") == (3, 0)


PIECES = Component(
    name="pieces",
    draw=lambda draw: {"once": Call(("ab", ["[UNK]", "a", "##b"]))},
    properties=(Property("is_right", 2, agrees("once")),),
    oracle=lambda word, vocabulary: ["a", "##b"],
    forbidden=load_unit("08-bert-pretraining").component("wordpiece").forbidden,
)
FROM_PACKAGE = {
    "a-compiled-method": "return [t.value for t in models.WordPiece(numbered, unk_token='[UNK]').tokenize(word)]",
    "getattr": "return [t.value for t in getattr(models.WordPiece(numbered), 'token' + 'ize')(word)]",
    "python-code": "return BertWordPieceTokenizer(numbered).encode(word, add_special_tokens=False).tokens",
}


@pytest.mark.parametrize("way", FROM_PACKAGE.values(), ids=FROM_PACKAGE.keys())
def test_what_a_forbidden_package_does_gets_no_marks(kernel: Kernel, way: str) -> None:
    pytest.importorskip("tokenizers")
    imports = "from tokenizers import BertWordPieceTokenizer, models\n"
    numbered = "numbered = {piece: i for i, piece in enumerate([*vocabulary, '[SEP]', '[CLS]'])}"
    answer = Cell("pieces", "solution", f"def pieces(word, vocabulary):\n    {numbered}\n    {way}\n")
    own = Cell("pieces", "solution", "def pieces(word, vocabulary):\n    return ['a', '##b']\n")
    unit = Unit("08-bert-pretraining", (PIECES,))
    given = Cell("imports", "given", imports)
    found = verdict_on(judged(kernel, [given, answer], unit, References()), "pieces")
    assert found.score == 0 and "tokenizers" in found.message
    assert verdict_on(judged(kernel, [given, own], unit, References()), "pieces").status == "passed"


def test_code_that_mends_the_watching_gets_no_marks(kernel: Kernel) -> None:
    mends = """
import autograder.judging.forbidden as forbidden
forbidden.Forbidden.__enter__ = lambda self: None
forbidden.Forbidden.__exit__ = lambda self, *args: None
import autograder.kernel.guard as guard
guard.overloads = lambda names: ()
guard.functions = lambda patterns: {}

def attend(q, k, v):
    return F.scaled_dot_product_attention(q, k, v)
"""
    assert marks(kernel, attend=mends) == (0, 2)


def test_what_is_forbidden_is_named(kernel: Kernel) -> None:
    submitted = [
        Cell("setup", "given", SETUP + IMPORTS),
        Cell("attend", "solution", "def attend(q, k, v):\n    return F.scaled_dot_product_attention(q, k, v)\n"),
    ]
    message = verdict_on(judged(kernel, submitted, UNIT, References()), "attend").message
    assert "scaled_dot_product_attention" in message
    assert "line 2: return F.scaled_dot_product_attention(q, k, v)" in message


def test_comparing_with_the_library_outside_the_component_is_nobody_s_business(kernel: Kernel) -> None:
    compares = (
        OWN_ATTEND + "\nx = torch.randn(1, 2, 4)\nassert torch.allclose(attend(x, x, x), alias(x, x, x), atol=1e-5)\n"
    )
    assert marks(kernel, attend=compares) == (3, 2)
