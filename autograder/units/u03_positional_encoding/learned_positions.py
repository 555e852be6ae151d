"""Learned positions against PyTorch's embedding of 0, 1, 2, ..."""

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import (
    agrees,
    every,
    gradients_agree,
    has_the_parameters,
    has_the_right_form,
    leaves_its_inputs_alone,
    refuses,
)
from autograder.judging.subject import Handle, StudentError
from autograder.judging.trial import Trial

CALLS = ("short", "same_positions_other_content", "one_position", "as_long_as_possible")
OVERFLOWING = ("one_too_many", "many_too_many")
LOOKED_UP = ("IndexError", "RuntimeError")


def draw(draw: Draw) -> dict[str, Call]:
    """One module for lengths far below, at, one above and far above its maximum, and twice for one length."""
    batch, length, d_model = draw.sizes(3, 3, 7)
    longest = draw.size(30, 60)
    state = {"embedding.weight": draw.normal(longest, d_model)}

    def call(t: int, weights: dict[str, Tensor] = state) -> Call:
        x = draw.normal(batch, t, d_model, dtype=weights["embedding.weight"].dtype, scale=2.0)
        return Call((x,), init=(longest, d_model), state=weights)

    return {
        "short": call(length),
        "same_positions_other_content": call(length),
        "one_position": call(1),
        "as_long_as_possible": call(longest),
        "one_too_many": call(longest + 1),
        "many_too_many": call(3 * longest + 2),
        "float64": call(length, {name: tensor.double() for name, tensor in state.items()}),
    }


def embedded(init: tuple[int, int], state: dict[str, Tensor], x: Tensor) -> Tensor:
    """x and PyTorch's embedding of the positions."""
    return x + F.embedding(torch.arange(x.shape[1]), state["embedding.weight"])


def shows_content_dependent(trial: Trial) -> bool:
    """What is added to two inputs of one length differs, or the input itself was used as an index."""
    try:
        added = [trial.result(name) - trial.calls[name].args[0] for name in CALLS[:2]]
    except StudentError as error:
        return error.kind in LOOKED_UP and ("ind" in error.text or "Long" in error.text)
    alone = torch.equal(trial.result(CALLS[0]), trial.result(CALLS[1]))
    random = not torch.equal(trial.result(CALLS[0]), trial.run(trial.calls[CALLS[0]]))
    return not alone and not random and not torch.allclose(added[0], added[1], atol=1e-3)


def shows_not_a_parameter(trial: Trial) -> bool:
    """Something is added that no parameter of the module learns from."""
    call = trial.calls["short"]
    made = filled_as_far_as_possible(trial, call)
    x = call.args[0]
    output = trial.subject.call(made, call.args, {})
    if output.shape != x.shape or torch.equal(output, x):
        return False
    try:
        found = trial.subject.grad(made, call.args, {}, [torch.ones_like(x)]).by_leaf
    except StudentError as error:
        return "does not require grad" in error.text
    return all(gradient is None for leaf, gradient in found.items() if leaf.startswith("state."))


def filled_as_far_as_possible(trial: Trial, call: Call) -> Handle:
    """A new instance, with the drawn embedding where it has one."""
    made = trial.construct(*(call.init or ()))
    if "embedding.weight" in trial.subject.get_state(made):
        trial.subject.set_state(made, call.state or {})
    return made


def shows_silent_overflow(trial: Trial) -> bool:
    """Right up to the maximum, and beyond it no complaint."""
    agrees(*CALLS)(trial)
    return all(answers(trial, name) for name in OVERFLOWING) or answers(trial, "one_too_many")


def answers(trial: Trial, name: str) -> bool:
    """Whether a drawn call returns at all."""
    try:
        trial.result(name)
    except StudentError:
        return False
    return True


COMPONENT = Component(
    name="LearnedPositions",
    draw=draw,
    oracle=embedded,
    returns=("the output",),
    properties=(
        Property(
            "has_an_embedding_for_every_position",
            1,
            has_the_parameters("short", hint="self.embedding is nn.Embedding(max_length, d_model)."),
        ),
        Property(
            "adds_the_same_vectors_to_every_sequence",
            2,
            every(
                has_the_right_form("short", hint="(B, T, D) in, (B, T, D) out."),
                agrees(
                    *CALLS,
                    "float64",
                    hint="Row t of embedding.weight is added to x[:, t], in every sequence of the batch.",
                ),
            ),
            needs=("has_an_embedding_for_every_position",),
        ),
        Property(
            "learns",
            1,
            gradients_agree("short"),
            needs=("adds_the_same_vectors_to_every_sequence",),
        ),
        Property(
            "refuses_what_is_too_long",
            1,
            every(*(refuses(name, hint="There are embeddings for max_length positions only.") for name in OVERFLOWING)),
            needs=("adds_the_same_vectors_to_every_sequence",),
        ),
        Property(
            "leaves_its_input_alone",
            1,
            leaves_its_inputs_alone("short"),
            needs=("adds_the_same_vectors_to_every_sequence",),
        ),
    ),
    mistakes=(
        Mistake(
            "content-dependent",
            "What is added depends on what x holds. A position's vector is the same whatever stands there: call your "
            "module on two inputs of one length and compare output − input. Which numbers should the embedding be "
            "looked up with?",
            shown_by=shows_content_dependent,
        ),
        Mistake(
            "not-a-parameter",
            "The positions don't learn: no parameter of the module gets a gradient from the output. Print "
            "[name for name, _ in module.named_parameters()] and the parameter's .grad after a backward().",
            shown_by=shows_not_a_parameter,
        ),
        Mistake(
            "silent-overflow",
            "A sequence longer than max_length gets an answer as if nothing had happened. There is no vector for those "
            "positions: raise a ValueError that names both lengths, before anything is computed.",
            shown_by=shows_silent_overflow,
        ),
    ),
)
