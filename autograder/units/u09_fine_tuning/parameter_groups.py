"""Which parameters decay: groups for an optimizer, held against the parameters' names (Devlin et al. 2019, A.2)."""

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.inprocess import as_number
from autograder.judging.trial import Trial
from autograder.units.u05_transformer.truth import State
from autograder.units.u09_fine_tuning.heads import filled
from autograder.units.u09_fine_tuning.truth import FIXTURES, bert_sizes

MODEL = f"{FIXTURES}.Classifier"


def draw(draw: Draw) -> dict[str, Call]:
    """(the model's sizes, its parameters, the decay)."""
    sizes = bert_sizes(draw, 1)
    return {"usual": Call((sizes, filled(draw, sizes, 3), round(draw.random.uniform(0.02, 0.5), 3)))}


def decays(name: str) -> bool:
    """Whether a parameter should decay."""
    return not name.endswith(".bias") and "norm" not in name


def grouped(trial: Trial) -> list[dict[str, Any]]:
    """The groups, each a dict with params and weight_decay."""
    sizes, state, decay = trial.calls["usual"].args
    model = trial.library(MODEL, len(state["head.bias"]), *sizes)
    trial.subject.set_state(model, state)
    made = trial.construct(model, decay)
    groups = trial.subject.call(trial.library(f"{FIXTURES}.Listed", made), (), {})
    hint = "An optimizer takes a list of dicts such as {'params': [...], 'weight_decay': 0.01}."
    if not isinstance(groups, (list, tuple)) or not all(isinstance(group, dict) for group in groups):
        raise Mismatch(what="the groups", expected="a list of dicts", actual=expect.describe(groups), hint=hint)
    for group in groups:
        if not {"params", "weight_decay"} <= set(group) or not isinstance(group["params"], (list, tuple)):
            actual = f"one with {', '.join(map(str, group)) or 'nothing'}"
            raise Mismatch(what="a group", expected="params and weight_decay in it", actual=actual, hint=hint)
    return list(groups)


@lru_cache(maxsize=2)
def decay_of(trial: Trial) -> dict[str, list[float]]:
    """The decay that each parameter gets, as often as it is in a group."""
    state: State = trial.calls["usual"].args[1]
    found: dict[str, list[float]] = {own: [] for own in state}
    for group in grouped(trial):
        decay = as_number(group["weight_decay"])
        for parameter in group["params"]:
            own = _name_of(parameter, state)
            if own is None or decay is None:
                actual = expect.describe(parameter if own is None else group["weight_decay"])
                what = "what is in a group's params" if own is None else "a group's weight_decay"
                expected = "a parameter of the model" if own is None else "a number"
                raise Mismatch(what=what, expected=expected, actual=actual)
            found[own].append(decay)
    return found


def _name_of(parameter: Any, state: State) -> str | None:
    if not isinstance(parameter, Tensor):
        return None
    alike = (own for own, tensor in state.items() if tensor.shape == parameter.shape and torch.equal(tensor, parameter))
    return next(alike, None)


def has_every_parameter_once(trial: Trial) -> None:
    """No parameter is left out, none is in two groups."""
    for own, found in decay_of(trial).items():
        if len(found) != 1:
            raise Mismatch(
                what=own,
                expected="in one group",
                actual="in none" if not found else f"in {len(found)} groups",
                hint="What is in no group isn't trained; what is in two is moved twice.",
            )


def decays_where_it_should(trial: Trial) -> None:
    """Weight matrices and embeddings get the decay."""
    _decays(trial, True, "All weight matrices and embedding tables decay, by the given weight_decay.")


def spares_biases_and_norms(trial: Trial) -> None:
    """Biases and the norms' weights get 0."""
    _decays(trial, False, "A bias, or a norm's scale around 1, gains nothing from being pulled to 0.")


def _decays(trial: Trial, should: bool, hint: str) -> None:
    given = trial.calls["usual"].args[2]
    right = given if should else 0.0
    for own, found in decay_of(trial).items():
        if decays(own) == should and any(abs(value - right) > 1e-9 for value in found):
            raise Mismatch(
                what=f"the weight_decay of {own}",
                expected=f"{right:g}",
                actual=f"{found[0]:g}",
                hint=f"{hint} The call was parameter_groups(model, {given:g}).",
            )


def decays_norms(trial: Trial) -> bool:
    """All the norms' weights get what the matrices get."""
    found = decay_of(trial)
    decay = trial.calls["usual"].args[2]
    return all(decay in found[own] for own in found if own.endswith(".weight"))


COMPONENT = Component(
    name="parameter_groups",
    draw=draw,
    returns=("the groups",),
    properties=(
        Property("has_every_parameter_in_one_group", 1, has_every_parameter_once),
        Property("decays_matrices_and_embeddings", 1, decays_where_it_should, ("has_every_parameter_in_one_group",)),
        Property("spares_biases_and_norms", 1, spares_biases_and_norms, ("has_every_parameter_in_one_group",)),
    ),
    mistakes=(
        Mistake(
            "decays-norms",
            "The norms' weights decay. A norm's weight is a scale of about 1, one for each feature: pulled to 0, it "
            "takes the layer's output with it. Look at the names, or at the number of axes, of what you let decay.",
            shown_by=decays_norms,
        ),
    ),
)
