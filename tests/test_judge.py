"""The judge: what it asks, what it skips, and that nothing a student returns makes it fail itself."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.inprocess import InProcessSubject
from autograder.judging.judge import judge, made
from autograder.judging.properties import agrees, gradients_agree, leaves_its_inputs_alone
from autograder.judging.trial import Trial
from autograder.judging.verdict import UnitVerdict, from_json, to_json
from autograder.units import UNITS, exists, load_unit
from autograder.units.u04_multi_head_attention import attention_macs

DOUBLE = Component(
    name="double",
    draw=lambda draw: {"small": Call((draw.normal(3, 2),)), "large": Call((draw.normal(4, 5) * 100,))},
    oracle=lambda x: 2 * x,
    properties=(
        Property("agrees", 2, agrees("small", "large")),
        Property("is_differentiable", 1, gradients_agree("small"), needs=("agrees",)),
        Property("leaves_its_inputs_alone", 1, leaves_its_inputs_alone("small")),
    ),
    mistakes=(
        Mistake("squares", "It squares.", (lambda x: x * x,)),
        Mistake("triples", "It triples.", (lambda x: 3 * x,)),
    ),
)
SIZES = st.integers(1, 40)
COMPONENTS = [component for unit in UNITS if exists(unit) for component in load_unit(unit).components]


def verdict_on(function: Callable[..., Any], component: Component = DOUBLE, seed: int = 1) -> Any:
    return judge(component, InProcessSubject(function, component.forbidden), seed)


def test_a_right_answer_passes_with_all_points() -> None:
    verdict = verdict_on(lambda x: x + x)
    assert (verdict.status, verdict.score, verdict.max_score) == ("passed", 4, 4)


def test_a_property_whose_prerequisite_failed_is_skipped_not_failed() -> None:
    verdict = verdict_on(lambda x: x + 1)
    assert [prop.passed for prop in verdict.properties] == [False, None, True]
    assert verdict.score == 1


def test_the_first_mistake_that_fits_is_named_with_its_advice() -> None:
    verdict = verdict_on(lambda x: x * 3)
    assert (verdict.misconception, verdict.message) == ("triples", "It triples.")


def test_a_mistake_is_not_looked_for_in_a_right_answer() -> None:
    fits_everything = Mistake("any", "Anything.", shown_by=lambda trial: True)
    assert verdict_on(lambda x: 2 * x, dataclasses.replace(DOUBLE, mistakes=(fits_everything,))).misconception is None


def test_an_unnamed_mistake_says_what_was_expected_and_what_came_out() -> None:
    verdict = verdict_on(lambda x: x * 2 + 0.5)
    assert verdict.misconception is None
    assert "expected" in verdict.message and "got" in verdict.message and "x=" in verdict.message


def test_not_implemented_is_missing_rather_than_failed() -> None:
    def unfinished(x: Tensor) -> Tensor:
        raise NotImplementedError

    assert verdict_on(unfinished).status == "missing"


def test_what_a_library_says_with_not_implemented_reaches_the_student() -> None:
    class Misspelled(torch.nn.Module):
        def foward(self, x: Tensor) -> Tensor:
            return 2 * x

    assert 'the required "forward" function' in verdict_on(Misspelled()).message


def test_a_fault_of_the_checks_is_an_error_and_not_the_students() -> None:
    def broken(trial: Trial) -> None:
        raise ZeroDivisionError

    component = dataclasses.replace(DOUBLE, properties=(Property("broken", 2, broken),))
    verdict = verdict_on(lambda x: 2 * x, component)
    assert (verdict.status, verdict.max_score) == ("error", 2)


def test_the_same_seed_draws_the_same_and_another_seed_does_not() -> None:
    first, again, other = (DOUBLE.draw(Draw(seed, "double"))["small"].args[0] for seed in (5, 5, 6))
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_writing_into_an_input_is_noticed_and_does_not_spoil_the_next_call() -> None:
    verdict = verdict_on(lambda x: x.mul_(2))
    assert {prop.name: prop.passed for prop in verdict.properties}["leaves_its_inputs_alone"] is False
    assert {prop.name: prop.passed for prop in verdict.properties}["agrees"] is True


def test_a_detached_result_fails_for_its_gradient_only() -> None:
    verdict = verdict_on(lambda x: (2 * x).detach())
    assert [prop.passed for prop in verdict.properties] == [True, False, True]
    assert "autograd" in verdict.message


def test_an_exception_is_reported_with_the_students_line() -> None:
    def crashes(x: Tensor) -> Tensor:
        return x.no_such_attribute

    assert "no_such_attribute" in verdict_on(crashes).message


def test_a_verdict_survives_json() -> None:
    verdict = UnitVerdict("04-multi-head-attention", "1.0", 7, (verdict_on(lambda x: x * 3),))
    assert from_json(to_json(verdict)) == verdict


class Agreeable:
    """Claims to equal everything and to have every attribute."""

    def __eq__(self, other: object) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self

    def __bool__(self) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


leaf_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from([Agreeable(), object(), np.ones(3), np.float32(2), nn.Linear(2, 2), torch.float32, {1, 2}, 1j]),
    st.sampled_from(
        [
            torch.zeros(()),
            torch.zeros(0),
            torch.ones(2, 3),
            torch.full((3, 3), float("nan")),
            torch.ones(2, 2, dtype=torch.complex64),
            torch.ones(3, dtype=torch.bool),
            torch.eye(3).to_sparse(),
            torch.empty(2, device="meta"),
        ]
    ),
)
garbage = st.recursive(
    leaf_values,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.tuples(inner, inner), st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=5,
)


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.name)
@settings(max_examples=15, deadline=None)
@given(value=garbage)
def test_whatever_an_answer_returns_the_checks_themselves_do_not_fail(component: Component, value: Any) -> None:
    class Odd(nn.Module):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__()

        def forward(self, *args: Any, **kwargs: Any) -> Any:
            return value

    verdict = verdict_on(Odd if component.name[0].isupper() else lambda *args, **kwargs: value, component)
    assert verdict.status in ("failed", "missing"), verdict


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.name)
def test_a_value_right_in_shape_but_random_does_not_crash_the_checks_and_fails(component: Component) -> None:
    if component.oracle is None or component.name[0].isupper():
        pytest.skip("only for functions with an oracle")

    def scrambled(*args: Any, **kwargs: Any) -> Any:
        value = component.oracle(*args, **kwargs)
        parts = value if isinstance(value, tuple) else (value,)
        noisy = tuple(
            p + 1 if isinstance(p, (int, float)) else p.float().exp() if isinstance(p, Tensor) else p for p in parts
        )
        return noisy if isinstance(value, tuple) else noisy[0]

    assert verdict_on(scrambled, dataclasses.replace(component, forbidden=())).status == "failed"


def own_versions() -> list[Any]:
    return [
        pytest.param(component, index, version, id=f"{component.name}-{mistake.id}-{number}")
        for component in COMPONENTS
        for index, mistake in enumerate(component.mistakes)
        for number, version in enumerate(mistake.wrong)
    ]


class Behaving(nn.Module):
    """A module with a call's parameters that behaves as a wrong version of the oracle does."""

    def __init__(self, version: Callable[..., Any], call: Call) -> None:
        super().__init__()
        self._version, self._init = version, call.init
        for name, tensor in (call.state or {}).items():
            self._place(name, nn.Parameter(tensor.detach().clone()) if tensor.is_floating_point() else tensor)

    def _place(self, name: str, tensor: Tensor) -> None:
        owner: nn.Module = self
        *path, last = name.split(".")
        for part in path:
            if not hasattr(owner, part):
                owner.add_module(part, nn.Module())
            owner = getattr(owner, part)
        if isinstance(tensor, nn.Parameter):
            owner.register_parameter(last, tensor)
        else:
            owner.register_buffer(last, tensor)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self._version(
            self._init, {**dict(self.named_parameters()), **dict(self.named_buffers())}, *args, **kwargs
        )


@pytest.mark.parametrize(("component", "index", "version"), own_versions())
def test_a_misconceptions_own_wrong_version_matches_no_earlier_one(
    component: Component, index: int, version: Callable[..., Any]
) -> None:
    probe = Trial(component, InProcessSubject(version), 3)
    call = next(iter(probe.calls.values()))
    by_init = {other.init: other for other in probe.calls.values()}
    answer = version if call.init is None else lambda *init, **kwargs: Behaving(version, by_init.get(init, call))
    trial = Trial(component, InProcessSubject(answer), 3)
    matching = [i for i, mistake in enumerate(component.mistakes) if made(mistake, trial)]
    assert not matching or matching[0] >= index, [component.mistakes[i].id for i in matching]


def test_component_names_are_unique_in_the_course() -> None:
    names = [component.name for component in COMPONENTS]
    assert len(names) == len(set(names))


def test_a_mismatch_names_expected_and_actual() -> None:
    assert str(Mismatch(what="x", expected="1", actual="2", hint="Look.")) == "x: expected 1, got 2. Look."


@settings(max_examples=20, deadline=None)
@given(length=SIZES, d_model=SIZES)
def test_the_cost_of_attention_is_what_pytorch_s_own_counter_says(length: int, d_model: int) -> None:
    layer = nn.MultiheadAttention(d_model, 1, device="meta")
    x = torch.empty(length, d_model, device="meta")
    with FlopCounterMode(display=False) as counter:
        layer(x, x, x)
    assert attention_macs.COMPONENT.oracle(length, d_model) == counter.get_total_flops() / 2
