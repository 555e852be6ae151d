"""A student made of every other layer of its teacher, compared tensor by tensor (Sanh et al. 2019, section 3)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Given, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check, every
from autograder.judging.subject import Handle
from autograder.judging.trial import Trial

State = dict[str, Tensor]

BERT = "autograder.judging.berts.bert"
FACTS = "autograder.judging.berts.Facts"
FIELDS = (
    "vocab_size",
    "hidden_size",
    "num_layers",
    "num_heads",
    "intermediate_size",
    "max_length",
    "num_segments",
    "dropout",
)
NUM_LAYERS = FIELDS.index("num_layers")
FROZEN = "half_of_a_frozen_one"
HALVED = ("half", FROZEN)
OTHERS = ("third", "all_layers")
LAYERS = "encoder.layers."
FURTHER = 1000.0


@dataclass(frozen=True)
class Pair:
    """A teacher and the student made of it, on the student's side, and the teacher's parameters before that."""

    teacher: Handle
    student: Handle
    before: State


def draw(draw: Draw) -> dict[str, Call]:
    """Teachers twice, three times and just as deep as the student; one of them is frozen."""
    heads, width = draw.choice([(2, 3), (3, 2)])
    sizes = draw.sizes(3, 9, 14)

    def call(layers: int, kept: int) -> Call:
        vocabulary, intermediate, longest = sizes
        init = (vocabulary, heads * width, layers, heads, intermediate, longest, 3, 0.25)
        return Call((Given(BERT, init), kept))

    layers = {"half": (4, 2), FROZEN: (2, 1), "third": (6, 2), "all_layers": (2, 2)}
    return {name: call(*sizes) for name, sizes in layers.items()}


def told(trial: Trial, name: str) -> str:
    """What a drawn call was."""
    teacher, kept = trial.calls[name].args
    frozen = " frozen" if name == FROZEN else ""
    return f"The call was student_from_teacher(a{frozen} teacher of {teacher.args[NUM_LAYERS]} layers, {kept})."


def paired(trial: Trial, name: str) -> Pair:
    """Let the student's function make a student on its side; each call is made once."""
    memory: dict[str, Pair] = trial.__dict__.setdefault("pairs", {})
    if name not in memory:
        memory[name] = _paired(trial, name)
    return memory[name]


def _paired(trial: Trial, name: str) -> Pair:
    given, kept = trial.calls[name].args
    teacher = trial.library(given.path, *given.args)
    # Norms begin as ones and zeros: only numbers that no new model has can be told from those of one.
    found = {p: tensor for p, tensor in trial.subject.get_state(teacher).items() if tensor.dtype.is_floating_point}
    moves = trial.draw.normal(sum(tensor.numel() for tensor in found.values()), scale=0.3)
    split = torch.split(moves, [tensor.numel() for tensor in found.values()])
    drawn = {p: tensor + move.view_as(tensor) for (p, tensor), move in zip(found.items(), split, strict=True)}
    trial.subject.set_state(teacher, drawn)
    trial.subject.call(teacher, (False,), {}, method="train")
    if name == FROZEN:
        trial.subject.call(teacher, (False,), {}, method="requires_grad_")
    return Pair(teacher, trial.construct(teacher, kept), drawn)


def layer_of(name: str) -> int | None:
    """The number of the layer to which a parameter belongs, if it does."""
    return int(name.removeprefix(LAYERS).split(".")[0]) if name.startswith(LAYERS) else None


def renumbered(name: str, layer: int) -> str:
    """The same parameter's name in another layer."""
    return ".".join([f"{LAYERS}{layer}", *name.removeprefix(LAYERS).split(".")[1:]])


def inherited(trial: Trial, name: str) -> State:
    """What every parameter of the student should be."""
    teacher, kept = trial.calls[name].args
    step = teacher.args[NUM_LAYERS] // kept
    found: State = {}
    for parameter, tensor in paired(trial, name).before.items():
        layer = layer_of(parameter)
        if layer is None:
            found[parameter] = tensor
        elif layer % step == 0:
            found[renumbered(parameter, layer // step)] = tensor
    return found


def facts(trial: Trial, model: Handle) -> tuple[dict[str, Any], dict[str, bool], list[bool]]:
    """A model's configuration, which of its parameters can be trained, and its modules' modes."""
    found: tuple[dict[str, Any], dict[str, bool], list[bool]] = trial.subject.call(trial.library(FACTS), (model,), {})
    return found


def has_as_many_layers(*names: str) -> Check:
    """The student has the parameters of a BertModel of that many layers, and their shapes."""

    def check(trial: Trial) -> None:
        for name in names:
            text = f"Make it as any BertModel is made, from a configuration. {told(trial, name)}"
            state = trial.subject.get_state(paired(trial, name).student)
            kept, layers = trial.calls[name].args[1], {layer_of(parameter) for parameter in state} - {None}
            if layers != set(range(kept)):
                actual = f"{len(layers)}" if layers else f"parameters {', '.join(sorted(state)[:4]) or 'none'}"
                raise Mismatch(what="the student's layers", expected=str(kept), actual=actual, hint=text)
            for parameter, tensor in inherited(trial, name).items():
                if parameter not in state:
                    raise Mismatch(what="the student", expected=f"a parameter {parameter}", actual="none", hint=text)
                expect.tensor(state[parameter], what=f"the student's {parameter}", shape=tensor.shape, hint=text)

    return check


def says_so_in_its_configuration(trial: Trial) -> None:
    """The student's configuration is the teacher's but for the number of layers."""
    for name in ("half", "all_layers"):
        given, kept = trial.calls[name].args
        config = facts(trial, paired(trial, name).student)[0]
        for field, value in zip(FIELDS, given.args, strict=True):
            right = kept if field == "num_layers" else value
            if config.get(field) != right:
                raise Mismatch(
                    what=f"the student's config.{field}",
                    expected=str(right),
                    actual=str(config.get(field)),
                    hint=f"Whoever loads the student later builds it from its config. {told(trial, name)}",
                )


def holds_the_teachers(part: Callable[[str], bool], *names: str, hint: str) -> Check:
    """The parameters of a part are the teacher's, bit for bit."""

    def check(trial: Trial) -> None:
        for name in names:
            state = trial.subject.get_state(paired(trial, name).student)
            for parameter, expected in inherited(trial, name).items():
                if part(parameter) and not torch.equal(state[parameter], expected):
                    raise Mismatch(
                        what=f"the student's {parameter}",
                        expected="the same numbers as in the teacher's"
                        + (f" layer {source(trial, name, parameter)}" if parameter.startswith(LAYERS) else ""),
                        actual=whose(trial, name, parameter, state[parameter]),
                        hint=f"{hint} {told(trial, name)}",
                    )

    return check


def source(trial: Trial, name: str, parameter: str) -> int:
    """The teacher's layer from which a layer's parameter should come."""
    teacher, kept = trial.calls[name].args
    step: int = teacher.args[NUM_LAYERS] // kept
    return (layer_of(parameter) or 0) * step


def whose(trial: Trial, name: str, parameter: str, tensor: Tensor) -> str:
    """Where the numbers come from, if that can be seen."""
    before = paired(trial, name).before
    twins = (other for other, kept in before.items() if kept.shape == tensor.shape and torch.equal(kept, tensor))
    twin = next(twins, None)
    return f"those of the teacher's {twin}" if twin else "other ones"


def in_a_layer(parameter: str) -> bool:
    """Whether a parameter belongs to a layer."""
    return parameter.startswith(LAYERS)


def around_the_layers(parameter: str) -> bool:
    """Whether a parameter belongs to the embeddings or the pooler."""
    return not in_a_layer(parameter)


def answers_as_these_layers_do(trial: Trial) -> None:
    """The student says what a BertModel says that has these parameters."""
    given, kept = trial.calls["half"].args
    vocabulary, longest = given.args[0], given.args[FIELDS.index("max_length")]
    batch, length = 2, min(4, longest)
    mask = torch.arange(length) < torch.tensor([[length], [length - 1]])
    inputs = (trial.draw.ids(batch, length, high=vocabulary), trial.draw.ids(batch, length, high=3), mask)
    sizes = tuple(kept if field == "num_layers" else value for field, value in zip(FIELDS, given.args, strict=True))
    right = trial.library(given.path, *sizes)
    trial.subject.set_state(right, inherited(trial, "half"))
    models = (paired(trial, "half").student, right)
    for model in models:
        trial.subject.call(model, (False,), {}, method="train")
    found, expected = (trial.subject.call(model, inputs, {}) for model in models)
    hint = f"It is a BertModel with the teacher's number of heads and the like. {told(trial, 'half')}"
    parts = zip(expect.items(found, ("hidden", "pooled"), hint), expected, ("hidden", "pooled"), strict=True)
    for actual, value, what in parts:
        expect.close(actual, value, what=f"what the student answers ({what})", hint=hint)


def changed(before: State, after: State) -> str | None:
    """The first of the teacher's parameters that isn't what it was."""
    return next((p for p, tensor in before.items() if p not in after or not torch.equal(tensor, after[p])), None)


def moved_with_the_student(trial: Trial, name: str) -> str | None:
    """The first of the teacher's parameters that moves when the student's are moved, each by another number."""
    pair = paired(trial, name)
    before = trial.subject.get_state(pair.teacher)
    state = {p: t for p, t in trial.subject.get_state(pair.student).items() if t.dtype.is_floating_point}
    trial.subject.set_state(pair.student, {p: t + FURTHER + i for i, (p, t) in enumerate(state.items())})
    found = changed(before, trial.subject.get_state(pair.teacher))
    trial.subject.set_state(pair.student, state)
    return found


def leaves_the_teacher_as_it_was(trial: Trial) -> None:
    """The teacher's parameters, configuration, frozen parameters and mode are what they were."""
    for name in ("half", FROZEN):
        pair, (given, _) = paired(trial, name), trial.calls[name].args
        config, trainable, modes = facts(trial, pair.teacher)
        moved = changed(pair.before, trial.subject.get_state(pair.teacher))
        layers = given.args[NUM_LAYERS]
        frozen = not any(trainable.values())
        signs: Iterable[tuple[bool, str, str]] = (
            (moved is not None, "unchanged parameters", f"another {moved}, or none"),
            (config.get("num_layers") != layers, f"num_layers={layers}", f"{config.get('num_layers')}"),
            (frozen != (name == FROZEN), "every parameter frozen or not as before", "a change"),
            (any(modes), "evaluation mode, as before", "modules in training mode"),
        )
        for differs, expected, actual in signs:
            if differs:
                hint = f"The teacher is still needed: make a new model and leave this one alone. {told(trial, name)}"
                raise Mismatch(what="the teacher after the call", expected=expected, actual=actual, hint=hint)


def shares_nothing(trial: Trial) -> None:
    """What is written into the student arrives nowhere in the teacher, nor in another part of the student."""
    for name in ("half", "all_layers"):
        moved = moved_with_the_student(trial, name)
        if moved is not None:
            raise Mismatch(
                what=f"the teacher's {moved}, after the student's parameters were changed",
                expected="what it was",
                actual="changed with the student's",
                hint="A module or a tensor that is handed over is one object with two owners: training the student "
                f"would change its teacher. Copy the numbers into parameters of the student's own. {told(trial, name)}",
            )


def can_be_trained(trial: Trial) -> None:
    """Every parameter of the student can be trained, whether those of its teacher can or not."""
    for name in (FROZEN, "half"):
        trainable = facts(trial, paired(trial, name).student)[1]
        stuck = sorted(parameter for parameter, free in trainable.items() if not free)
        if stuck:
            raise Mismatch(
                what=f"requires_grad of the student's {stuck[0]}",
                expected="True",
                actual=f"False ({len(stuck)} of {len(trainable)} parameters)",
                hint="A teacher is often frozen, and a copy of a frozen parameter is frozen too: say yourself what the "
                f"student's should be. {told(trial, name)}",
            )


def takes_the_first_layers(trial: Trial) -> bool:
    """The student's layers are the teacher's first ones."""
    for name in ("half", "third"):
        pair = paired(trial, name)
        state = trial.subject.get_state(pair.student)
        layers = {p: tensor for p, tensor in state.items() if p in pair.before and in_a_layer(p)}
        as_many = {layer_of(parameter) for parameter in layers} == set(range(trial.calls[name].args[1]))
        if not as_many or not all(torch.equal(tensor, pair.before[p]) for p, tensor in layers.items()):
            return False
    return True


def misses_embeddings(trial: Trial) -> bool:
    """Something in the student's embeddings isn't the teacher's."""
    pair = paired(trial, "half")
    state = trial.subject.get_state(pair.student)
    return any(p.startswith("embeddings.") and not torch.equal(state[p], t) for p, t in pair.before.items())


COMPONENT = Component(
    name="student_from_teacher",
    draw=draw,
    returns=("the student",),
    properties=(
        Property("is_a_bert_with_that_many_layers", 1, has_as_many_layers(*HALVED)),
        Property(
            "takes_every_other_layer_of_a_teacher_twice_as_deep",
            2,
            holds_the_teachers(
                in_a_layer, *HALVED, hint="Layers 0, 2, 4, … of the teacher become layers 0, 1, 2, … of the student."
            ),
            needs=("is_a_bert_with_that_many_layers",),
        ),
        Property(
            "spreads_its_layers_over_any_teacher",
            1,
            every(
                has_as_many_layers(*OTHERS),
                holds_the_teachers(
                    in_a_layer,
                    *OTHERS,
                    hint="In general the student's layer i is the teacher's layer i·(L/num_layers), with its L layers.",
                ),
            ),
            needs=("takes_every_other_layer_of_a_teacher_twice_as_deep",),
        ),
        Property(
            "copies_what_is_around_the_layers",
            2,
            holds_the_teachers(
                around_the_layers,
                *HALVED,
                hint="Token, position and segment embeddings, their norm, and the pooler fit as they are.",
            ),
            needs=("is_a_bert_with_that_many_layers",),
        ),
        Property(
            "answers_as_a_bert_with_these_layers",
            1,
            every(says_so_in_its_configuration, answers_as_these_layers_do),
            needs=("takes_every_other_layer_of_a_teacher_twice_as_deep", "copies_what_is_around_the_layers"),
        ),
        Property(
            "leaves_the_teacher_as_it_was",
            1,
            leaves_the_teacher_as_it_was,
            needs=("is_a_bert_with_that_many_layers",),
        ),
        Property("shares_nothing_with_the_teacher", 2, shares_nothing, needs=("is_a_bert_with_that_many_layers",)),
        Property(
            "can_be_trained_even_if_the_teacher_is_frozen",
            1,
            can_be_trained,
            needs=("is_a_bert_with_that_many_layers",),
        ),
    ),
    mistakes=(
        Mistake(
            "first-half",
            "The student got the teacher's first layers. What follows each of them in the teacher was trained on its "
            "output; taken from all over the teacher, the layers still go the whole way from words to meaning. Which "
            "of the teacher's layers is the student's layer 1?",
            shown_by=takes_the_first_layers,
        ),
        Mistake(
            "shared-tensors",
            "Student and teacher share tensors: a step of training would change both. Change one of the student's "
            "weights in place and look at the teacher's.",
            shown_by=lambda trial: any(moved_with_the_student(trial, name) for name in ("half", "all_layers")),
        ),
        Mistake(
            "embeddings-missed",
            "The embeddings aren't the teacher's: layers that were trained on the teacher's vectors get random ones. "
            "Compare the student's state_dict with the teacher's, name by name.",
            shown_by=misses_embeddings,
        ),
    ),
)
