"""A checkpoint with Hugging Face's names in one's own BERT, against the weights that were written into it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check, every
from autograder.judging.subject import COMPONENT as STUDENTS
from autograder.judging.subject import Handle, StudentError
from autograder.judging.trial import Trial
from autograder.units.u05_transformer.truth import State, double
from autograder.units.u09_fine_tuning.truth import (
    BERT,
    FIXTURES,
    Sizes,
    bert_sizes,
    bert_state,
    hugging_faces,
    hugging_faces_name,
)

PLAIN = ("two_layers", "eleven_layers")
SURPLUS = ("surplus", "one_layer_too_many", "surplus_head")
MISSING = ("missing", "pooler_missing", "layer_missing")
MISSHAPEN = ("misshapen", "turned", "positions_too_short")
REFUSED = (*SURPLUS, *MISSING, *MISSHAPEN)


@dataclass(frozen=True)
class Checkpoint(Call):
    """Sizes of a model and a state dict; ``right`` are the weights in it, ``faulty`` the names of a faulty tensor."""

    right: State | None = None
    faulty: tuple[str, ...] = ()


def draw(draw: Draw) -> dict[str, Call]:
    """Checkpoints that fit, with what is to be ignored, and such with a tensor too many, too few, or misshapen."""
    sizes = bert_sizes(draw, 2)
    state = bert_state(draw, sizes)
    other = {name: -tensor for name, tensor in state.items()}
    plain, prefixed = hugging_faces(state), hugging_faces(other, "bert.")
    deep = Sizes(4, 2, 11, 1, 3, 3)
    square = Sizes(4, 4, 2, 2, 4, 4, 4)
    width = sizes.hidden_size
    buffer = torch.arange(sizes.max_length)[None]
    heads = {
        "cls.predictions.bias": draw.normal(sizes.vocab_size),
        "cls.predictions.transform.dense.weight": draw.normal(width, width),
        "cls.seq_relationship.weight": draw.normal(2, width),
    }

    def call(of: Sizes, right: State, given: State) -> Checkpoint:
        return Checkpoint((of, given), right=right)

    def fits(of: Sizes) -> Checkpoint:
        own = bert_state(draw, of)
        return call(of, own, hugging_faces(own))

    def without(*lost: str) -> Checkpoint:
        names = [hugging_faces_name(name) for name in lost]
        left = {name: tensor for name, tensor in plain.items() if name not in names}
        return replace(call(sizes, state, left), faulty=(*lost, *names))

    def besides(name: str, tensor: Tensor, own: str) -> Checkpoint:
        return replace(call(sizes, state, {**plain, name: tensor}), faulty=(own, name))

    def instead(own: str, change: Callable[[Tensor], Tensor]) -> Checkpoint:
        name = hugging_faces_name(own)
        return replace(call(sizes, state, {**plain, name: change(plain[name])}), faulty=(own, name))

    norm = draw.choice(["norm1", "norm2"])
    return {
        "two_layers": call(sizes, state, plain),
        "eleven_layers": fits(deep),
        "square": fits(square),
        "prefixed": call(sizes, other, {**prefixed, "bert.embeddings.position_ids": buffer, **heads}),
        "with_position_ids": call(sizes, state, {"embeddings.position_ids": buffer, **plain}),
        "other_precision": call(sizes, other, double(hugging_faces(other))),
        "surplus": besides(
            "encoder.layer.1.attention.self.distance_embedding.weight", draw.normal(5, 3), "distance_embedding"
        ),
        "one_layer_too_many": besides(
            "encoder.layer.2.output.dense.bias", draw.normal(width), "encoder.layers.2.feed_forward.linear2.bias"
        ),
        "surplus_head": besides("classifier.weight", draw.normal(3, width), "classifier"),
        "missing": without(f"encoder.layers.1.{norm}.bias"),
        "pooler_missing": without("pooler.weight", "pooler.bias"),
        "layer_missing": without(*[name for name in state if name.startswith("encoder.layers.1.")]),
        "misshapen": instead("embeddings.norm.weight", lambda tensor: tensor[:1]),
        "turned": instead("encoder.layers.0.feed_forward.linear1.weight", lambda tensor: tensor.T.contiguous()),
        "positions_too_short": instead("embeddings.position.weight", lambda tensor: tensor[:-1]),
    }


def checkpoint(trial: Trial, name: str) -> Checkpoint:
    """A drawn call."""
    call = trial.calls[name]
    assert isinstance(call, Checkpoint)
    return call


@lru_cache(maxsize=8)
def model_of(trial: Trial, sizes: Sizes) -> Handle:
    """The model of these sizes, into which one checkpoint after the other is loaded."""
    return trial.library(BERT, *sizes)


def loaded(trial: Trial, name: str) -> State:
    """The model's parameters after the student's function has loaded a drawn checkpoint."""
    sizes, state = trial.calls[name].args
    trial.subject.call(STUDENTS, (model_of(trial, sizes), state), {})
    return trial.subject.get_state(model_of(trial, sizes))


def told(trial: Trial, name: str) -> str:
    """What a drawn call was."""
    sizes, state = trial.calls[name].args
    return f"The model has {sizes.num_layers} layers of width {sizes.hidden_size}, the state dict {len(state)} tensors."


def differing(trial: Trial, name: str) -> Iterator[tuple[str, Tensor, Tensor]]:
    """(name, found, expected) of each parameter that isn't what the checkpoint says."""
    found = loaded(trial, name)
    for own, expected in (checkpoint(trial, name).right or {}).items():
        if not torch.equal(found[own], expected):
            yield own, found[own], expected


def loads(*names: str, hint: str) -> Check:
    """Every parameter is that of the checkpoint, to the last bit."""

    def check(trial: Trial) -> None:
        for name in names:
            for own, found, expected in differing(trial, name):
                text = f"{hint} {told(trial, name)}"
                expect.tensor(found, what=own, shape=expected.shape, dtype=expected.dtype, hint=text)
                raise Mismatch(
                    what=f"the model's {own}",
                    expected=f"the numbers of {hugging_faces_name(own)}",
                    actual="those of another tensor, or those from before",
                    hint=text,
                )

    return check


def refuses(*names: str, what: str, hint: str) -> Check:
    """A ValueError that names the tensor, by Hugging Face's name or by the model's own."""

    def check(trial: Trial) -> None:
        for name in names:
            faulty = checkpoint(trial, name).faulty
            expected = f"a ValueError that names {faulty[-1]}" + (" or another lost one" if len(faulty) > 2 else "")
            sizes, state = trial.calls[name].args
            try:
                trial.subject.call(STUDENTS, (model_of(trial, sizes), state), {})
            except StudentError as error:
                if error.kind == "NotImplementedError":
                    raise
                if error.kind != "ValueError" or not any(one in error.text for one in faulty):
                    actual = f"{error.kind}: {error.text or '(no message)'}"
                    raise Mismatch(
                        what=f"a checkpoint with {what}", expected=expected, actual=actual, hint=hint
                    ) from None
                continue
            raise Mismatch(what=f"a checkpoint with {what}", expected=expected, actual="no error", hint=hint)

    return check


def copies(trial: Trial) -> None:
    """What happens to the checkpoint's tensors afterwards doesn't reach the model, which can still be trained."""
    sizes, state = trial.calls["two_layers"].args
    model, held = model_of(trial, sizes), trial.library(f"{FIXTURES}.Checkpoint", state)
    trial.subject.call(STUDENTS, (model, held), {})
    before = trial.subject.get_state(model)
    trial.subject.call(held, (), {})
    after = trial.subject.get_state(model)
    shared = [name for name, tensor in before.items() if not torch.equal(after[name], tensor)]
    if shared:
        raise Mismatch(
            what=f"the model's {shared[0]} after the state dict's tensors were overwritten",
            expected="the numbers that were loaded",
            actual="other ones",
            hint="The model holds the state dict's own tensors. Copy the numbers into the parameters that are there.",
        )
    for name in ("embeddings.token.weight", "encoder.layers.0.norm1.bias"):
        if trial.subject.attribute(model, f"{name}.requires_grad") is not True:
            raise Mismatch(
                what=f"the model's {name} after loading",
                expected="a parameter that can be trained (requires_grad=True)",
                actual="requires_grad=False",
                hint="Fine-tuning goes on from here.",
            )


def leaves_the_state_dict_alone(trial: Trial) -> None:
    """The state dict has all its entries and their numbers afterwards."""
    sizes, state = trial.calls["prefixed"].args
    after = trial.subject.call_and_look_back(STUDENTS, (model_of(trial, sizes), state), {}).args[1]
    lost = [name for name in state if name not in after]
    hint = "The caller may need it again: make a new dict."
    if lost or len(after) != len(state):
        actual = f"{lost[0]} is gone" if lost else "there are new entries"
        raise Mismatch(what="the state dict after the call", expected="the same entries", actual=actual, hint=hint)
    for name, tensor in state.items():
        expect.close(after[name], tensor, what=f"{name} in the state dict after the call", hint=hint)


def turns_matrices(trial: Trial) -> bool:
    """Where all matrices are square some are transposed, and nothing else is wrong."""
    wrong = list(differing(trial, "square"))
    return (
        bool(wrong)
        and all(torch.equal(found, right.T) for _, found, right in wrong if right.dim() == 2)
        and all(right.dim() == 2 for _, _, right in wrong)
    )


def skips_silently(trial: Trial) -> bool:
    """Something is loaded, and a checkpoint that doesn't fit is taken without an error."""
    wrong = [name for name, _, _ in differing(trial, "two_layers")]
    return len(wrong) < len(checkpoint(trial, "two_layers").right or {}) and any(
        _takes(trial, name) for name in REFUSED
    )


def _takes(trial: Trial, name: str) -> Any:
    try:
        loaded(trial, name)
    except StudentError:
        return False
    return True


COMPONENT = Component(
    name="load_pretrained",
    draw=draw,
    returns=("nothing",),
    properties=(
        Property(
            "puts_every_tensor_in_its_place",
            3,
            loads(
                *PLAIN,
                "square",
                hint="Both sides store a linear map's weight as (out, in): names differ, shapes don't.",
            ),
        ),
        Property(
            "ignores_a_prefix_position_ids_and_the_pretraining_heads",
            1,
            loads(
                "prefixed",
                "with_position_ids",
                hint="A name may begin with bert.; what ends in .position_ids or begins with cls. has no place here.",
            ),
            needs=("puts_every_tensor_in_its_place",),
        ),
        Property(
            "copies_the_numbers_and_keeps_the_models_precision",
            1,
            every(copies, loads("other_precision", hint="A float32 model stays one, whatever the checkpoint's dtype.")),
            needs=("puts_every_tensor_in_its_place",),
        ),
        Property(
            "refuses_a_tensor_too_many",
            1,
            refuses(
                *SURPLUS,
                what="a tensor for which the model has no place",
                hint="A weight that goes nowhere is a sign that model and checkpoint differ.",
            ),
            needs=("puts_every_tensor_in_its_place",),
        ),
        Property(
            "refuses_a_tensor_too_few",
            1,
            refuses(
                *MISSING,
                what="a tensor missing",
                hint="What isn't loaded keeps its random numbers, and nobody would notice.",
            ),
            needs=("puts_every_tensor_in_its_place",),
        ),
        Property(
            "refuses_a_tensor_of_another_shape",
            1,
            refuses(
                *MISSHAPEN,
                what="a tensor of the wrong shape",
                hint="Compare shapes yourself: copy_ broadcasts, and its own error is no ValueError with a name.",
            ),
            needs=("puts_every_tensor_in_its_place",),
        ),
        Property(
            "leaves_the_state_dict_alone",
            1,
            leaves_the_state_dict_alone,
            needs=("ignores_a_prefix_position_ids_and_the_pretraining_heads",),
        ),
    ),
    mistakes=(
        Mistake(
            "transposed",
            "Matrices are turned on their way. That is needed for checkpoints of TensorFlow, whose kernels are "
            "(in, out); here both sides keep nn.Linear's (out, in). Where a matrix is square no error tells you: "
            "compare hidden states.",
            shown_by=turns_matrices,
        ),
        Mistake(
            "silently-skips",
            "A tensor that is missing, too many or of another shape is passed over without a word. The model then runs "
            "with random numbers in that place and is only a little worse: refuse with a ValueError that names it.",
            shown_by=skips_silently,
        ),
    ),
)
