"""Properties of all modules of this unit: parts by name, none of them shared, and dropout in training only."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Mistake
from autograder.judging.expect import Mismatch
from autograder.judging.judge import made
from autograder.judging.properties import Check
from autograder.judging.subject import Handle, StudentError
from autograder.judging.trial import Trial
from autograder.units.u05_transformer.truth import Sizes, State, below

Version = Callable[..., Tensor]
DROPOUT = 0.5


def has_the_parts(*names: str, hint: str) -> Check:
    """Instances built as for the named calls have the parameters that the calls fill, each one its own."""

    def check(trial: Trial) -> None:
        for name in names:
            kept = trial.subject.get_state(_filled(trial, name, hint))
            for parameter, tensor in dict(trial.calls[name].state or {}).items():
                if not torch.equal(kept[parameter], tensor):
                    raise Mismatch(
                        what=f"{parameter} of {trial.built(name)}",
                        expected="a parameter of its own, which keeps what is copied into it",
                        actual="one that changes when another one is filled",
                        hint="The same object under two names is one object: construct each part anew.",
                    )

    return check


def _filled(trial: Trial, name: str, hint: str) -> Handle:
    """The instance of a drawn call; what keeps it from being filled is told in the student's terms."""
    try:
        return trial.target(trial.calls[name])
    except StudentError as error:
        if error.kind not in ("AttributeError", "ShapeError"):
            raise
    call, built = trial.calls[name], trial.built(name)
    found = trial.subject.get_state(trial.filled(call.init or (), replace(call, state=None)))
    for parameter, tensor in dict(call.state or {}).items():
        if parameter not in found:
            there = _beside(parameter, found)
            raise Mismatch(what=built, expected=f"a parameter {parameter}", actual=there, hint=hint)
        expect.tensor(found[parameter], what=f"{parameter} of {built}", shape=tensor.shape, hint=hint)
    return trial.target(call)


def has_no_final_norm(name: str) -> Check:
    """An instance built as for the named call has no parameters in a sub-module ``norm``."""

    def check(trial: Trial) -> None:
        state = trial.subject.get_state(trial.target(trial.calls[name]))
        surplus = [parameter for parameter in state if parameter.startswith("norm.")]
        if surplus:
            raise Mismatch(
                what=trial.built(name),
                expected="no norm at the end: self.norm is absent, None or nn.Identity()",
                actual=f"the parameters {', '.join(surplus)}",
                hint="Without pre_norm the last layer ends with a norm of its own.",
            )

    return check


def _beside(parameter: str, found: dict[str, Tensor]) -> str:
    """What there is in the sub-module in which a parameter is missing."""
    path = parameter.split(".")
    for depth in range(len(path) - 1, -1, -1):
        prefix = "".join(f"{part}." for part in path[:depth])
        beside = sorted({prefix + n.removeprefix(prefix).split(".")[0] for n in found if n.startswith(prefix)})
        if beside:
            return f"only {', '.join(beside)}"
    return "no parameters at all"


def takes_options_by_name(name: str, *options: str) -> Check:
    """What the named call gives the constructor last may as well be given by these names."""

    def check(trial: Trial) -> None:
        call, expected = trial.calls[name], trial.expected(name)
        init, given = (call.init or ())[: -len(options)], (call.init or ())[-len(options) :]
        by_name = replace(call, init=init, init_kwargs=dict(zip(options, given, strict=True)))
        what = f"the output when constructed with {', '.join(f'{option}=...' for option in options)}"
        expect.close(trial.run(by_name), expected, what=what, hint="The arguments have the names of the task.")

    return check


def behaves_as(*wrong: Version, calls: tuple[str, ...] | None = None) -> Callable[[Trial], bool]:
    """Whether the answers are those of one of the wrong versions."""
    return lambda trial: made(Mistake("", "", wrong, calls), trial)


def in_some_order(right: Version, *wrong: Version) -> tuple[Version, ...]:
    """Wrong layers, and layers that are wrong in the post-norm or in the pre-norm order only."""

    def where(pre_norm: bool, version: Version) -> Version:
        return lambda init, *args, **kwargs: (version if Sizes(*init).pre_norm == pre_norm else right)(
            init, *args, **kwargs
        )

    return (*wrong, *(where(pre_norm, version) for version in wrong for pre_norm in (False, True)))


def any_of(*predicates: Callable[[Trial], bool]) -> Callable[[Trial], bool]:
    """Whether one of the predicates holds."""
    return lambda trial: any(predicate(trial) for predicate in predicates)


def same_object(name: str, *parts: str) -> Callable[[Trial], bool]:
    """Whether only one of these sub-modules is there, or two of them are one: what is copied into one is in both."""

    def shown(trial: Trial) -> bool:
        call = trial.calls[name]
        made = trial.construct(*(call.init or ()), **call.init_kwargs)
        names = trial.subject.get_state(made)
        there = [part for part in parts if any(n.startswith(f"{part}.") for n in names)]
        if len(there) < len(parts):
            return len(there) == 1
        trial.subject.set_state(made, call.state or {})
        kept = trial.subject.get_state(made)
        return any(alike(below(kept, one), below(kept, other)) for one, other in combinations(parts, 2))

    return shown


def alike(one: State, other: State) -> bool:
    """Whether two sub-modules hold the same numbers."""
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def drops_only_in_training(name: str) -> Check:
    """In evaluation, and without dropout, the value is the oracle's; in training with dropout it is random.

    The named call's constructor must get neither dropout nor what comes after it by position.
    """

    def check(trial: Trial) -> None:
        call, expected = trial.calls[name], trial.expected(name)
        hint = "Without dropout the mode changes nothing."
        (found,) = _in_mode(trial, call, training=True)
        expect.close(found, expected, what="the output in training mode with dropout=0", hint=hint)
        dropping = replace(call, init_kwargs={"dropout": DROPOUT})
        hint = "In evaluation mode (module.eval()) dropout does nothing, whatever its rate."
        (found,) = _in_mode(trial, dropping, training=False)
        expect.close(found, expected, what=f"the output in evaluation mode with dropout={DROPOUT}", hint=hint)
        found, again = _in_mode(trial, dropping, training=True, times=2)
        found, again = (expect.tensor(value, what="the output", shape=expected.shape) for value in (found, again))
        if bool(found.isnan().any()) or torch.equal(found, again):
            raise Mismatch(
                what=f"two outputs of one module for the same input, in training mode with dropout={DROPOUT}",
                expected="two that differ, because each time other numbers are dropped",
                actual="NaN" if bool(found.isnan().any()) else "the same twice",
                hint="Is dropout handed on to the parts that drop, and made with nn.Dropout or training=self.training?",
            )

    return check


def _in_mode(trial: Trial, call: Call, training: bool, times: int = 1) -> list[Any]:
    """What the instance of a call answers in a mode, in which it isn't left."""
    made = trial.target(call)
    trial.subject.call(made, (training,), {}, method="train")
    found = [trial.subject.call(made, call.args, call.kwargs) for _ in range(times)]
    trial.subject.call(made, (False,), {}, method="train")
    return found
