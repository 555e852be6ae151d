"""Forbidden calls are found when they are executed, and nothing else is."""

import contextlib
import functools
import importlib
import sys
import types
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from autograder.judging.forbidden import Forbidden, ForbiddenCall, essence, functions, operation_names
from autograder.judging.inprocess import InProcessSubject
from autograder.judging.subject import COMPONENT, Library, StudentError
from autograder.units import UNITS, exists, load_unit

ATTENTION = (
    "torch.nn.functional.scaled_dot_product_attention",
    "torch.nn.functional.multi_head_attention_forward",
    "torch.nn.MultiheadAttention",
)
QUERY = torch.ones(1, 2, 3)
LAYER = nn.MultiheadAttention(3, 1, batch_first=True)


class Heir(nn.MultiheadAttention):
    """A subclass with nothing of its own."""


def code_copy() -> Any:
    original = F.multi_head_attention_forward
    renamed = original.__code__.replace(co_name="own", co_qualname="own", co_filename="own.py", co_firstlineno=3)
    copy = types.FunctionType(renamed, F.__dict__, "own", original.__defaults__)
    weights = (LAYER.in_proj_weight, LAYER.in_proj_bias, None, None, False, 0.0, LAYER.out_proj.weight, None)
    return copy(QUERY, QUERY, QUERY, 3, 1, *weights)


WAYS: dict[str, Callable[[], Any]] = {
    "function": lambda: F.scaled_dot_product_attention(QUERY, QUERY, QUERY),
    "getattr": lambda: getattr(torch.nn.functional, "scaled_dot" + "_product_attention")(QUERY, QUERY, QUERY),
    "module": lambda: importlib.import_module("torch.nn.functional").scaled_dot_product_attention(QUERY, QUERY, QUERY),
    "partial": functools.partial(F.scaled_dot_product_attention, QUERY, QUERY, QUERY),
    "below": lambda: torch._C._nn.scaled_dot_product_attention(QUERY, QUERY, QUERY),
    "layer": lambda: LAYER(QUERY, QUERY, QUERY),
    "construction": lambda: nn.MultiheadAttention(3, 1),
    "heir": lambda: Heir(3, 1),
    "copy": code_copy,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_forbidden_call_is_found_by_whatever_name(way: Callable[[], Any]) -> None:
    with pytest.raises(ForbiddenCall), Forbidden(ATTENTION):
        way()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_the_same_call_is_free_outside(way: Callable[[], Any]) -> None:
    with pytest.raises(ForbiddenCall), Forbidden(ATTENTION):
        way()
    way()


def test_a_forbidden_call_that_is_swallowed_is_found_all_the_same() -> None:
    def swallows() -> None:
        with contextlib.suppress(BaseException):
            F.scaled_dot_product_attention(QUERY, QUERY, QUERY)

    with pytest.raises(ForbiddenCall, match="scaled_dot_product_attention"), Forbidden(ATTENTION):
        swallows()


def test_what_is_not_forbidden_goes_through() -> None:
    with Forbidden(ATTENTION):
        weights = (QUERY @ QUERY.mT).softmax(-1)
        nn.Linear(3, 3)(weights @ QUERY).sum().backward()


def test_code_like_a_short_forbidden_one_is_its_author_s_own() -> None:
    class Softmax(nn.Module):
        def __init__(self, dim: int | None = None) -> None:
            super().__init__()
            self.dim = dim

    with Forbidden(("torch.nn.Softmax",)):
        Softmax(1)


def test_one_context_inside_another_of_the_same_is_one() -> None:
    watch = Forbidden(ATTENTION)
    with pytest.raises(ForbiddenCall), watch:
        with watch:
            pass
        F.scaled_dot_product_attention(QUERY, QUERY, QUERY)
    assert not watch.watching


def test_a_profile_function_that_was_set_is_set_again() -> None:
    def profile(*_: object) -> None:
        pass

    sys.setprofile(profile)
    try:
        with Forbidden(ATTENTION):
            assert sys.getprofile() is not profile
        assert sys.getprofile() is profile
    finally:
        sys.setprofile(None)


def test_without_patterns_nothing_is_watched() -> None:
    with Forbidden(()) as nothing:
        assert nothing is None
        assert sys.getprofile() is None
        F.scaled_dot_product_attention(QUERY, QUERY, QUERY)


def test_a_star_stands_for_any_rest_of_a_name() -> None:
    assert {"log_softmax", "softmax"} <= operation_names(("torch.*softmax",))
    assert {found.__qualname__ for found in functions(("torch.nn.LSTM*",))} >= {"LSTM.forward", "LSTMCell.forward"}


def test_a_library_that_is_not_installed_forbids_nothing() -> None:
    assert functions(("no_such_library.metrics.bleu",)) == {}


def test_every_pattern_of_every_unit_matches_something_that_is_installed() -> None:
    patterns = {p for name in UNITS if exists(name) for c in load_unit(name).components for p in c.forbidden}
    installed = [p for p in patterns if importlib.util.find_spec(p.split(".")[0]) and not p.endswith(".**")]
    assert installed
    assert [p for p in installed if not functions((p,)) and not operation_names((p,))] == []


def test_code_is_the_same_essence_wherever_it_stands() -> None:
    space: dict[str, Any] = {}
    exec(
        "def one(x):\n    return x + 1\n\n\ndef two(x):\n    return x + 1\n\n\ndef other(x):\n    return x + 2\n", space
    )
    assert essence(space["one"].__code__) == essence(space["two"].__code__) != essence(space["other"].__code__)


class Late(torch.Tensor):
    """A result that does its work when it is looked at."""

    def detach(self) -> torch.Tensor:
        return F.scaled_dot_product_attention(QUERY, QUERY, QUERY)


class Property:
    """A class whose work is done when an attribute is read."""

    @property
    def weight(self) -> torch.Tensor:
        return F.scaled_dot_product_attention(QUERY, QUERY, QUERY)


def asks_call(subject: InProcessSubject) -> None:
    subject.call(COMPONENT, (QUERY,), {})


def asks_attribute(subject: InProcessSubject) -> None:
    subject.attribute(subject.construct(COMPONENT, (), {}), "weight")


@pytest.mark.parametrize(
    ("component", "ask"),
    [
        (lambda x: F.scaled_dot_product_attention(x, x, x), asks_call),
        (lambda x: torch.zeros(1).as_subclass(Late), asks_call),
        (Property, asks_attribute),
    ],
)
def test_a_subject_finds_it_whenever_the_student_s_code_runs(
    component: Any, ask: Callable[[InProcessSubject], None]
) -> None:
    with pytest.raises(StudentError) as caught:
        ask(InProcessSubject(component, ATTENTION))
    assert caught.value.kind == "ForbiddenCall"
    ask(InProcessSubject(component))


def test_the_judge_may_build_what_the_student_may_not() -> None:
    subject = InProcessSubject(lambda layer: 1, ATTENTION)
    layer = subject.construct(Library("torch.nn.MultiheadAttention"), (4, 2), {})
    assert subject.call(COMPONENT, (layer,), {}) == 1
