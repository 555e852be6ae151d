"""What trains and what doesn't: where parameters are after a step with weight decay."""

from collections.abc import Callable
from functools import lru_cache

import torch

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check
from autograder.judging.subject import COMPONENT as STUDENTS
from autograder.judging.subject import Handle, StudentError
from autograder.judging.trial import Trial
from autograder.units.u09_fine_tuning.truth import FIXTURES, bert_shapes, bert_sizes

MODEL, STEP = f"{FIXTURES}.Classifier", f"{FIXTURES}.step_with_decay"
POLICIES = ("head", "last-2", "all")
PARTS = {
    "head": ("head.",),
    "pooler": ("bert.pooler.",),
    "embeddings": ("bert.embeddings.",),
}


def draw(draw: Draw) -> dict[str, Call]:
    """(the model's sizes, the policies one after the other): each on a new model, and one after another on one."""
    three, two, one = (bert_sizes(draw, layers) for layers in (3, 2, 1))
    return {
        "head": Call((two, ("head",))),
        "last-2": Call((three, ("last-2",))),
        "all": Call((two, ("all",))),
        "frozen_again": Call((two, ("all", "last-2", "head"))),
        "thawed": Call((one, ("head", "all"))),
        "unknown": Call((one, (draw.choice(["last-3", "none", "everything", "embeddings", ""]),))),
    }


def trains(name: str, policy: str, layers: int) -> bool:
    """Whether a parameter should move under a policy."""
    if policy == "all" or name.startswith("head."):
        return True
    last = tuple(f"bert.encoder.layers.{number}." for number in range(max(0, layers - 2), layers))
    return policy == "last-2" and name.startswith(("bert.pooler.", *last))


def frozen(trial: Trial, name: str) -> Handle:
    """A new model to which the student's function was applied, once for every policy."""
    sizes, policies = trial.calls[name].args
    model = trial.library(MODEL, 3, *sizes)
    for policy in policies:
        trial.subject.call(STUDENTS, (model, policy), {})
    return model


@lru_cache(maxsize=8)
def moved(trial: Trial, name: str) -> dict[str, bool]:
    """Which parameters a step with weight decay moves."""
    model = frozen(trial, name)
    before = trial.subject.get_state(model)
    trial.library(STEP, model)
    after = trial.subject.get_state(model)
    names = [f"bert.{own}" for own in bert_shapes(trial.calls[name].args[0])] + ["head.weight", "head.bias"]
    return {own: not torch.equal(before[own], after[own]) for own in names}


def moves(*names: str, hint: str) -> Check:
    """After the last policy the right parameters move, and no other."""

    def check(trial: Trial) -> None:
        for name in names:
            sizes, policies = trial.calls[name].args
            said = " and then ".join(f"freeze(model, {policy!r})" for policy in policies)
            for own, found in moved(trial, name).items():
                if found != trains(own, policies[-1], sizes.num_layers):
                    raise Mismatch(
                        what=f"{own} in a step with weight decay after {said}, in a model of {sizes.num_layers} layers",
                        expected="to stay where it is" if found else "to move",
                        actual="it moved" if found else "it stayed",
                        hint=hint,
                    )

    return check


def refuses_others(trial: Trial) -> None:
    """A ValueError with a message for a policy that there isn't."""
    policy = trial.calls["unknown"].args[1][0]
    actual = "no error"
    try:
        frozen(trial, "unknown")
    except StudentError as error:
        if error.kind == "NotImplementedError":
            raise
        if error.kind == "ValueError" and error.text.strip():
            return
        actual = f"{error.kind}: {error.text or '(no message)'}"
    raise Mismatch(
        what=f"freeze(model, {policy!r})",
        expected="a ValueError that says which policies there are",
        actual=actual,
        hint="A misspelt policy that freezes nothing, or everything, would be found hours later.",
    )


def part_moves(name: str, part: str) -> Callable[[Trial], bool]:
    """Whether all of a part of the model moves under a drawn call."""
    return lambda trial: all(found for own, found in moved(trial, name).items() if own.startswith(PARTS[part]))


def freezes_the_head(trial: Trial) -> bool:
    """The head stays where it should train."""
    return any(not part_moves(policy, "head")(trial) for policy in POLICIES)


def freezes_nothing(trial: Trial) -> bool:
    """Everything moves where only the head should, or the last layers."""
    return any(all(moved(trial, policy).values()) for policy in ("head", "last-2"))


def trains_the_embeddings(trial: Trial) -> bool:
    """The embeddings move under last-2, or under head."""
    return any(
        found for policy in ("head", "last-2") for own, found in moved(trial, policy).items() if ".embeddings." in own
    )


COMPONENT = Component(
    name="freeze",
    draw=draw,
    returns=("nothing",),
    properties=(
        Property(
            "head_trains_the_head_alone",
            2,
            moves(
                "head", hint="Frozen means requires_grad=False: a gradient of 0 would still let weight decay move it."
            ),
        ),
        Property(
            "last_2_trains_head_pooler_and_the_last_two_layers",
            2,
            moves("last-2", hint="The last two are bert.encoder.layers[-2:]; the embeddings stay."),
        ),
        Property("all_trains_everything", 1, moves("all", hint="Nothing is frozen.")),
        Property(
            "says_what_trains_whatever_was_frozen_before",
            1,
            moves(
                "thawed",
                "frozen_again",
                hint="A policy says what trains from now on: what an earlier one froze may have to be thawed.",
            ),
            needs=(
                "head_trains_the_head_alone",
                "last_2_trains_head_pooler_and_the_last_two_layers",
                "all_trains_everything",
            ),
        ),
        Property("refuses_other_policies", 1, refuses_others),
    ),
    mistakes=(
        Mistake(
            "head-frozen",
            "The head doesn't train. It is the one part that is new, with random weights: every policy trains it. "
            "Count the parameters with requires_grad under each policy.",
            shown_by=freezes_the_head,
        ),
        Mistake(
            "everything-trainable",
            "Everything still trains. A parameter is frozen by its own requires_grad = False: setting an attribute on "
            "a module, or calling eval(), changes no parameter, and a gradient of 0 doesn't stop weight decay.",
            shown_by=freezes_nothing,
        ),
        Mistake(
            "embeddings-thawed",
            "The embeddings train, too. Their rows move only for words that occur in the few examples, and the words "
            "that don't are left behind: head and last-2 keep them frozen.",
            shown_by=trains_the_embeddings,
        ),
    ),
)
