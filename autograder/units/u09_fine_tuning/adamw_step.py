"""One step of AdamW after another against the published formulas (Loshchilov & Hutter 2019, algorithm 2)."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check
from autograder.judging.subject import COMPONENT as STUDENTS
from autograder.judging.subject import Handle
from autograder.judging.trial import Trial
from autograder.units.u09_fine_tuning.truth import FIXTURES

Betas = tuple[float, float]
Run = Callable[..., list[Tensor]]

FIRST = ("first_step",)
SEVERAL = ("three_steps", "changing_rate")
DECAYING = ("decay", "decay_with_changing_rate")
ALL = (*FIRST, *SEVERAL, *DECAYING, "large_eps")


def draw(draw: Draw) -> dict[str, Call]:
    """(p, gradients, rates, betas, eps, decay): one step and several, with and without decay, with a large eps."""
    rows, columns = draw.sizes(2, 2, 5)
    betas = draw.choice([0.8, 0.85, 0.9]), draw.choice([0.95, 0.98, 0.99])

    def call(
        steps: int,
        shape: tuple[int, ...] = (rows, columns),
        rates: tuple[float, ...] = (0.1, 0.1, 0.1, 0.1),
        eps: float = 1e-8,
        decay: float = 0.0,
        dtype: torch.dtype = torch.float32,
    ) -> Call:
        gradients = [draw.normal(*shape, dtype=dtype) for _ in range(steps)]
        return Call((draw.normal(*shape, dtype=dtype), gradients, rates[:steps], betas, eps, decay))

    rates = tuple(round(draw.random.uniform(0.05, 0.4), 3) for _ in range(4))
    decay = draw.choice([0.3, 0.4, 0.5])
    return {
        "first_step": call(1),
        "three_steps": call(3),
        "changing_rate": call(2, (columns,), rates=rates),
        "decay": call(2, decay=decay),
        "decay_with_changing_rate": call(3, rates=rates, decay=decay),
        "large_eps": call(2, eps=draw.choice([0.2, 0.3, 0.5]), decay=decay),
        "float64": call(2, rates=rates, decay=decay, dtype=torch.float64),
        "another_parameter": call(2, (columns,), decay=decay),
    }


def steps(
    decoupled: bool = True,
    corrected: tuple[bool, bool] = (True, True),
    root: Callable[[Tensor, float], Tensor] = lambda v, eps: v.sqrt() + eps,
) -> Run:
    """Where p is after every step, each computed from all gradients so far, perhaps with something else in it."""

    def run(
        p: Tensor, gradients: list[Tensor], rates: tuple[float, ...], betas: Betas, eps: float, decay: float
    ) -> list[Tensor]:
        path, used = [p], []
        for t, (gradient, rate) in enumerate(zip(gradients, rates, strict=True), start=1):
            before = path[-1]
            used.append(gradient if decoupled else gradient + decay * before)
            means = [
                sum((1 - beta) * beta ** (t - 1 - i) * g**power for i, g in enumerate(used))
                / (1 - beta**t if correct else 1)
                for beta, power, correct in zip(betas, (1, 2), corrected, strict=True)
            ]
            shrunk = before * (1 - rate * decay) if decoupled else before
            path.append(shrunk - rate * means[0] / root(torch.as_tensor(means[1]), eps))
        return path[1:]

    return run


class Walk:
    """A parameter and its state on the student's side, and how far it has been moved."""

    def __init__(self, trial: Trial, call: Call) -> None:
        self.trial, self.call = trial, call
        self.p: Handle = trial.library("torch.clone", call.args[0])
        self.state: Handle = trial.library(f"{FIXTURES}.empty_state")
        self.taken = 0

    def step(self) -> Any:
        """Let the student's function make the next step, and return what p is then."""
        _, gradients, rates, betas, eps, decay = self.call.args
        arguments = (self.p, gradients[self.taken], self.state, rates[self.taken], betas, eps, decay)
        after = self.trial.subject.call_and_look_back(STUDENTS, arguments, {})
        expect.close(
            after.args[1],
            gradients[self.taken],
            what="the gradient after the call",
            hint="Only p and what is in state may be written into.",
        )
        self.taken += 1
        return self.trial.subject.call(self.p, (), {}, method="clone")


def walked(trial: Trial, name: str) -> list[Any]:
    """Where the student's steps take p."""
    walk = Walk(trial, trial.calls[name])
    return [walk.step() for _ in trial.calls[name].args[1]]


def goes(*names: str, hint: str) -> Check:
    """After every step p is where the formulas take it."""

    def check(trial: Trial) -> None:
        for name in names:
            p, gradients, rates, betas, eps, decay = trial.calls[name].args
            told = (
                f"{hint} The call was with p of shape {tuple(p.shape)}, lr={rates}, betas={betas}, eps={eps:g}, "
                f"weight_decay={decay:g}, one step after the other."
            )
            for t, (found, right) in enumerate(zip(walked(trial, name), trial.expected(name), strict=True), start=1):
                if isinstance(found, Tensor) and torch.equal(found, p) and found.shape == right.shape:
                    raise Mismatch(
                        what="p after a step",
                        expected="another one",
                        actual="the same",
                        hint=f"p itself is to change, in place: p = ... only gives its name to a new tensor. {told}",
                    )
                expect.close(found, right, what=f"p after step {t}", hint=told)

    return check


def remembers_in_the_state(trial: Trial) -> None:
    """Two parameters that take turns, each with a state of its own, go as if each were alone."""
    names = ("decay", "another_parameter")
    walks = {name: Walk(trial, trial.calls[name]) for name in names}
    for t in range(2):
        for name in names:
            expect.close(
                walks[name].step(),
                trial.expected(name)[t],
                what=f"p after step {t + 1}, when two parameters take turns",
                hint="All that a step has to remember, the number of steps too, belongs into this parameter's state.",
            )


def ends_like(*wrong: Run, calls: tuple[str, ...] = ALL) -> Callable[[Trial], bool]:
    """Whether the student's steps are those of a wrong version, wherever that one isn't right."""

    def shown(trial: Trial) -> bool:
        return any(_follows(trial, version, calls) for version in wrong)

    return shown


def _follows(trial: Trial, version: Run, calls: tuple[str, ...]) -> bool:
    telling = False
    for name in calls:
        path = trial.evaluate(version, trial.calls[name])
        if _alike(path, trial.expected(name), 1e-3):
            continue
        if not _alike(walked(trial, name), path, 1e-4):
            return False
        telling = True
    return telling


def _alike(found: list[Tensor], path: list[Tensor], tolerance: float) -> bool:
    return all(torch.allclose(f, p, rtol=tolerance, atol=tolerance) for f, p in zip(found, path, strict=True))


def variants(**changed: Any) -> tuple[Run, ...]:
    """A wrong version, and the same with the usual companions of it."""
    return steps(**changed), steps(**{"decoupled": False, **changed})


COMPONENT = Component(
    name="adamw_step",
    draw=draw,
    oracle=steps(),
    returns=("p after each step",),
    forbidden=(
        "torch.optim.*",
        "torch.optim.adamw.*adamw*",
        "torch.optim.adam.*adam*",
        "torch.optim._functional.*adam*",
        "torch._fused_adam*",
    ),
    properties=(
        Property(
            "makes_the_first_step",
            1,
            goes(
                *FIRST,
                hint="After one gradient both corrected means are exact, so p moves by lr against the gradient's sign.",
            ),
        ),
        Property(
            "follows_the_moving_means",
            2,
            goes(
                *SEVERAL,
                hint="m ← β1 m + (1 − β1) g and v ← β2 v + (1 − β2) g², each divided by 1 − βᵗ at step t.",
            ),
            needs=("makes_the_first_step",),
        ),
        Property(
            "decays_apart_from_the_gradient",
            2,
            goes(*DECAYING, hint="p also shrinks by lr · weight_decay · p, of which m and v know nothing."),
            needs=("follows_the_moving_means",),
        ),
        Property(
            "adds_eps_to_the_root",
            1,
            goes("large_eps", hint="The divisor is √v̂ + eps."),
            needs=("follows_the_moving_means",),
        ),
        Property(
            "keeps_the_precision_of_float64",
            1,
            goes("float64", hint="Work in the dtype of p."),
            needs=("decays_apart_from_the_gradient",),
        ),
        Property(
            "remembers_everything_in_the_state",
            1,
            remembers_in_the_state,
            needs=("decays_apart_from_the_gradient",),
        ),
    ),
    mistakes=(
        Mistake(
            "l2-instead-of-decoupled",
            "The decay is added to the gradient, so Adam divides it by √v̂ like everything else: parameters with large "
            "gradients hardly decay. That is L2 regularisation; AdamW shrinks p directly, by lr · weight_decay · p.",
            shown_by=ends_like(steps(decoupled=False), calls=(*DECAYING, "large_eps")),
        ),
        Mistake(
            "no-bias-correction",
            "The means aren't corrected. They begin at 0, so after the first step m is only (1 − β1) of the gradient "
            "and v only (1 − β2) of its square: what must they be divided by at step t?",
            shown_by=ends_like(
                *variants(corrected=(False, False)),
                *variants(corrected=(True, False)),
                *variants(corrected=(False, True)),
                calls=(*FIRST, *SEVERAL),
            ),
        ),
        Mistake(
            "eps-inside-root",
            "eps is added under the root. There it weighs as its own root, √1e-8 = 1e-4: a small gradient then moves p "
            "far less than it should. It belongs outside: √v̂ + eps.",
            shown_by=ends_like(*variants(root=lambda v, eps: (v + eps).sqrt()), calls=("large_eps",)),
        ),
    ),
)
