"""One step of training against the same step by hand: functional gradients, PyTorch's clipping, plain subtraction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.fixtures import TinyTranslator, token_loss
from autograder.judging.inprocess import as_number
from autograder.judging.properties import Check
from autograder.judging.subject import COMPONENT as STUDENTS
from autograder.judging.subject import Library
from autograder.judging.trial import Trial

Batch = tuple[Tensor, Tensor, Tensor]
Tensors = list[Tensor]

FIXTURES = "autograder.judging.fixtures"
NAMES = ("of_source", "of_target")
LONG = ("gentle", "gentle_float64")
SHORT = ("steep", "steep_too")
STALE = ("stale", "stale_and_steep")
RATE = 0.5


@dataclass(frozen=True)
class Step:
    """What is there after a step; ``gradients``: those that the optimizer used, as they are by now, and those left."""

    returned: Any
    parameters: Tensors
    training: Any
    gradients: list[Tensors]


def draw(draw: Draw) -> dict[str, Call]:
    """(parameters, old gradients, batch, max_norm, in training?): norms that are clipped, and that are not."""
    batch, t_s, t_t = draw.sizes(3, 2, 5)
    source, target = draw.sizes(2, 5, 9)

    def call(clipped: bool, stale: bool = False, training: bool = True, dtype: torch.dtype = torch.float32) -> Call:
        values = [draw.normal(rows, target, dtype=dtype) for rows in (source, target)]
        old = [draw.normal(rows, target, dtype=dtype) for rows in (source, target)] if stale else [None, None]
        read, labels = (draw.ids(batch, t_t, high=target) for _ in range(2))
        data = (draw.ids(batch, t_s, high=source), read, labels)
        max_norm = float(global_norm(gradients(values, data)[1])) / 5 if clipped else 100.0
        return Call((values, old, data, max_norm, training))

    return {
        "gentle": call(clipped=False),
        "steep": call(clipped=True),
        "stale": call(clipped=False, stale=True),
        "stale_and_steep": call(clipped=True, stale=True),
        "was_evaluated": call(clipped=False, training=False),
        "gentle_float64": call(clipped=False, dtype=torch.float64),
        "steep_too": call(clipped=True),
    }


def gradients(values: Tensors, batch: Batch, training: bool = True) -> tuple[Tensor, Tensors]:
    """The loss, and its gradient for each parameter."""
    model = TinyTranslator([nn.Parameter(value) for value in values]).train(training)
    *inputs, labels = batch
    loss = token_loss(model(*inputs), labels)
    return loss.detach(), list(torch.autograd.grad(loss, [*model.parameters()]))


def global_norm(tensors: Tensors) -> Tensor:
    """The norm of all of them as one vector."""
    norm: Tensor = torch.linalg.vector_norm(torch.cat([tensor.flatten() for tensor in tensors]))
    return norm


def by_hand(
    clips: bool = True, adds_old: bool = False, in_training: bool = True
) -> Callable[..., tuple[float, Tensors]]:
    """A step, with things left out or done otherwise."""

    def step(
        values: Tensors, old: list[Tensor | None], batch: Batch, max_norm: float, training: bool
    ) -> tuple[float, Tensors]:
        loss, found = gradients(values, batch, in_training)
        if adds_old:
            found = [new if before is None else new + before for new, before in zip(found, old, strict=True)]
        scale = min(1.0, max_norm / float(global_norm(found))) if clips else 1.0
        moved = [value - RATE * scale * gradient for value, gradient in zip(values, found, strict=True)]
        return float(loss), moved

    return step


def stepped(trial: Trial, name: str) -> Step:
    """Let the student's function make the drawn step on its side, and look at what is there afterwards."""
    values, old, batch, max_norm, training = trial.calls[name].args
    held = trial.library(f"{FIXTURES}.Parameters", values, old)
    model = trial.library(f"{FIXTURES}.TinyTranslator", held)
    optimizer = trial.library(f"{FIXTURES}.GradientDescent", held, RATE)
    trial.subject.call(model, (training,), {}, method="train")
    loss_fn = Library(f"{FIXTURES}.token_loss")
    returned = trial.subject.call(STUDENTS, (model, batch, loss_fn, optimizer, max_norm), {})
    state = trial.subject.get_state(model)
    parameters = [state[parameter] for parameter in NAMES]
    used, pairs = trial.subject.call(optimizer, (), {}), trial.subject.call(held, (), {})
    current = [gradient for _, gradient in pairs if gradient is not None]
    return Step(returned, parameters, trial.subject.attribute(model, "training"), [used, current])


def told(trial: Trial, name: str) -> str:
    """What a drawn call was."""
    values, old, batch, max_norm, training = trial.calls[name].args
    norm = float(global_norm(gradients(values, batch)[1]))
    return (
        f"The call was with a model in {'training' if training else 'evaluation'} mode, parameters "
        f"{'without gradients' if old[0] is None else 'with gradients of an earlier step'}, a gradient of norm "
        f"{norm:.4g} and max_norm={max_norm:.4g}."
    )


def moves_the_parameters(*names: str, hint: str) -> Check:
    """Every parameter is where the step by hand takes it."""

    def check(trial: Trial) -> None:
        for name in names:
            found, text = stepped(trial, name), f"{hint} {told(trial, name)}"
            start, right = trial.calls[name].args[0], trial.expected(name)[1]
            for parameter, before, actual, expected in zip(NAMES, start, found.parameters, right, strict=True):
                expect.tensor(actual, what=parameter, shape=expected.shape, dtype=expected.dtype, hint=text)
                length, moved = (float((tensor.double() - before.double()).norm()) for tensor in (expected, actual))
                what = f"the model's parameter {parameter}"
                if abs(length - moved) > 1e-3 * length:
                    expected_text, actual_text = f"to move by {length:.4g}", f"a move of {moved:.4g}"
                    raise Mismatch(what=what, expected=expected_text, actual=actual_text, hint=text)
                expect.close(actual, expected, what=what, hint=text)

    return check


def returns_the_loss(*names: str) -> Check:
    """A float, or a tensor that is no part of a graph."""

    def check(trial: Trial) -> None:
        for name in names:
            returned, text = stepped(trial, name).returned, told(trial, name)
            hint = f"It is the loss of this batch, before the parameters moved. {text}"
            expect.number(returned, what="the returned loss", expected=trial.expected(name)[0], hint=hint, rtol=1e-5)
            if isinstance(returned, Tensor) and returned.requires_grad:
                raise Mismatch(
                    what="the returned loss",
                    expected="a float",
                    actual="a tensor that is still part of the graph (requires_grad=True)",
                    hint="Whoever collects these losses keeps the graph of every step in memory: what turns a tensor "
                    "of one number into a number?",
                )

    return check


def trains_in_training_mode(trial: Trial) -> None:
    """The model is in training mode during the step, and after it."""
    moves_the_parameters(
        "was_evaluated",
        hint="This model's logits are twice as large in evaluation mode: was it in training mode when it was called?",
    )(trial)
    for name in ("was_evaluated", "gentle"):
        if stepped(trial, name).training is not True:
            raise Mismatch(
                what="the model after the step",
                expected="to be in training mode",
                actual="evaluation mode",
                hint=f"model.train() switches dropout on, and a step is part of training. {told(trial, name)}",
            )


def ends_like(version: Callable[..., tuple[float, Tensors]], *names: str) -> Callable[[Trial], bool]:
    """Whether the parameters end where a wrong version takes them."""

    def shown(trial: Trial) -> bool:
        return all(
            _alike(stepped(trial, name).parameters, trial.evaluate(version, trial.calls[name])) for name in names
        )

    return shown


def _alike(found: Tensors, answer: tuple[float, Tensors]) -> bool:
    return all(torch.allclose(f, e, rtol=1e-4, atol=1e-5) for f, e in zip(found, answer[1], strict=True))


def clips_too_late(trial: Trial) -> bool:
    """The step is made with the whole gradient, which is clipped by the end."""
    for name in SHORT:
        step, max_norm = stepped(trial, name), trial.calls[name].args[3]
        too_long = ends_like(by_hand(clips=False), name)(trial) or ends_like(by_hand(False, adds_old=True), name)(trial)
        norms = [float(global_norm(tensors)) for tensors in step.gradients if tensors]
        if not too_long or all(abs(norm - max_norm) > 1e-3 * max_norm for norm in norms):
            return False
    return True


def is_not_in_training_mode(trial: Trial) -> bool:
    """A model in evaluation mode is used so, or whatever the mode was it is left in evaluation mode."""
    in_evaluation = ends_like(by_hand(in_training=False), "was_evaluated")(trial)
    return in_evaluation or stepped(trial, "gentle").training is False


def returns_a_graph(trial: Trial) -> bool:
    """The returned tensor still requires gradients, and it is the loss."""
    step = stepped(trial, "gentle")
    attached = isinstance(step.returned, Tensor) and step.returned.requires_grad
    number = as_number(step.returned)
    return attached and number is not None and abs(number - trial.expected("gentle")[0]) < 1e-3


COMPONENT = Component(
    name="train_step",
    draw=draw,
    oracle=by_hand(),
    returns=("the loss",),
    properties=(
        Property(
            "moves_the_parameters_against_the_gradient",
            2,
            moves_the_parameters(
                *LONG,
                hint="Forward, loss, backward, one step of the optimizer; a gradient shorter than max_norm stays as "
                "it is.",
            ),
        ),
        Property(
            "clears_old_gradients_first",
            1,
            moves_the_parameters(
                "stale",
                hint="backward() adds to what is in .grad: the gradients of the step before must be gone by then.",
            ),
            needs=("moves_the_parameters_against_the_gradient",),
        ),
        Property(
            "clips_the_gradient_before_the_step",
            2,
            moves_the_parameters(
                *SHORT,
                "stale_and_steep",
                hint="All gradients together are brought to max_norm after the backward pass and before the "
                "optimizer's step, which uses what is in .grad at that moment.",
            ),
            needs=("clears_old_gradients_first",),
        ),
        Property(
            "trains_in_training_mode",
            1,
            trains_in_training_mode,
            needs=("moves_the_parameters_against_the_gradient",),
        ),
        Property("returns_the_loss_as_a_number", 1, returns_the_loss("gentle", "steep")),
    ),
    mistakes=(
        Mistake(
            "gradients-not-cleared",
            "The gradients of the step before are still there when backward() adds the new ones, so every step also "
            "repeats all earlier ones. Print the norm of the gradient over some steps: does it grow?",
            shown_by=lambda trial: (
                ends_like(by_hand(adds_old=True), *STALE)(trial)
                or ends_like(by_hand(clips=False, adds_old=True), *STALE)(trial)
            ),
        ),
        Mistake(
            "clips-after-step",
            "The gradient is clipped when the optimizer has already made its step. Write the lines down in the order "
            "in which they run: which gradient does the step see?",
            shown_by=clips_too_late,
        ),
        Mistake(
            "eval-mode",
            "The model is in evaluation mode during the step, or is left in it: dropout then does nothing. Whoever "
            "evaluated the model last may have left it so; a training step says itself which mode it needs.",
            shown_by=is_not_in_training_mode,
        ),
        Mistake(
            "returns-graph",
            "What is returned is a tensor that still hangs on the graph, not a number. Collected over an epoch, such "
            "losses keep every step's activations in memory.",
            shown_by=returns_a_graph,
        ),
    ),
)
