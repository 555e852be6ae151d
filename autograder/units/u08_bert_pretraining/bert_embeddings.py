"""BERT's embeddings against PyTorch's, added and normalised (Devlin et al. 2019, figure 2)."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.trial import Trial
from autograder.units.u05_transformer.modes import drops_only_in_training, has_the_parts, takes_options_by_name
from autograder.units.u05_transformer.truth import State, double, parameters
from autograder.units.u08_bert_pretraining.truth import Change, embedded, embedding_shapes, embeddings, normed, same

Version = Callable[..., Tensor]
CALLS = ("usual", "whole_length", "one_token", "one_sequence", "three_segments")


def draw(draw: Draw) -> dict[str, Call]:
    """Batch, length, width and table sizes all different; as many positions as there are; three kinds of segment."""
    batch, length, width, longest = 3, draw.size(4, 5), draw.size(7, 9), 6
    vocabulary = draw.size(12, 15)
    init = (vocabulary, longest, width)
    state = parameters(draw, embedding_shapes(*init))
    three = parameters(draw, embedding_shapes(*init, 3))
    # So small that the norm's eps is seen: the variance is about a hundred times as large.
    tiny = {name: tensor if "norm" in name else tensor * 1e-5 for name, tensor in double(state).items()}

    def call(b: int, t: int, own: State = state, kinds: int = 2, *options: Any) -> Call:
        segments = torch.zeros(b, t, dtype=torch.int64) + draw.ids(b, t, high=kinds)
        segments[0, 0] = kinds - 1
        # Id 0 isn't drawn, so that it makes no difference whether it is a padding_idx.
        ids = draw.ids(b, t, low=1, high=vocabulary)
        return Call((ids, segments), init=(*init, *options), state=own)

    return {
        "usual": call(batch, length),
        "whole_length": call(2, longest),
        "one_token": call(batch, 1),
        "one_sequence": call(1, length),
        "three_segments": call(batch, length, three, 3, 0.0, 3),
        "float64": call(batch, length, double(state)),
        "tiny": call(batch, length, tiny),
    }


def pytorch(init: tuple[Any, ...], state: State, ids: Tensor, segments: Tensor) -> Tensor:
    """PyTorch's embeddings and norm."""
    return embeddings(state, ids, segments)


def varied(token: Change = same, segment: Change = same, total: Change = same, end: Change = same) -> Version:
    """The same with something in between."""

    def version(init: tuple[Any, ...], state: State, ids: Tensor, segments: Tensor) -> Tensor:
        return end(normed(state, "norm", total(embedded(state, ids, segments, token, segment))))

    return version


def unnormed(token: Change = same, segment: Change = same) -> Version:
    """The same without the norm."""
    return lambda init, state, ids, segments: embedded(state, ids, segments, token, segment)


def root(x: Tensor) -> Tensor:
    """What the Transformer multiplies its embeddings by."""
    return x * math.sqrt(x.shape[-1])


def constructed(trial: Trial) -> dict[str, Tensor]:
    """The parameters of an instance as it is constructed."""
    return trial.subject.get_state(trial.construct(*(trial.calls["usual"].init or ())))


def answers(trial: Trial, name: str) -> Any:
    """The answer to a drawn call of an instance that may lack some of the parts."""
    call = trial.calls[name]
    there = trial.subject.get_state(trial.construct(*(call.init or ())))
    state = {own: tensor for own, tensor in dict(call.state or {}).items() if own in there}
    return trial.run(Call(call.args, init=call.init, state=state))


def answers_like(*versions: Version) -> Callable[[Trial], bool]:
    """Whether the answers are those of one of the versions, whatever parts are missing."""

    def shown(trial: Trial) -> bool:
        found = {name: answers(trial, name) for name in CALLS}
        return any(
            all(is_close(found[name], trial.evaluate(version, trial.calls[name])) for name in CALLS)
            for version in versions
        )

    return shown


def is_close(found: Any, expected: Tensor) -> bool:
    """Whether a student's value is a tensor like the expected one."""
    return (
        isinstance(found, Tensor)
        and found.shape == expected.shape
        and bool(torch.allclose(found.double(), expected.double(), rtol=1e-4, atol=1e-4))
    )


def is_wider(trial: Trial) -> bool:
    """The embeddings lie side by side: what is normed, or what comes out, is two or three times as wide, or each less."""
    call = trial.calls["usual"]
    width = (call.init or (0, 0, 0))[2]
    state = constructed(trial)
    shapes = {name: tuple(tensor.shape) for name, tensor in state.items()}
    wide = (2 * width, 3 * width)
    if any(shape[-1] in wide for shape in shapes.values()):
        return True
    narrow = [shapes[f"{part}.weight"][-1] for part in ("token", "position", "segment") if f"{part}.weight" in shapes]
    if len(narrow) > 1 and all(size < width for size in narrow):
        return True
    return bool(answers(trial, "usual").shape[-1] in wide)


def tells_tiny_numbers_apart(trial: Trial) -> None:
    """The norm's eps is 1e-12, in float64."""
    expected = trial.expected("tiny")
    hint = (
        "The norm's eps is 1e-12, BERT's, and not nn.LayerNorm's 1e-5: with embeddings as small as these (1e-5) the "
        f"difference is seen. The three embeddings are added, not averaged. The call was {trial.describe('tiny')}."
    )
    expect.close(trial.result("tiny"), expected, what="the output for tiny embeddings", hint=hint)


PARTS = "has_the_named_parts"

COMPONENT = Component(
    name="BertEmbeddings",
    draw=draw,
    oracle=pytorch,
    returns=("the output",),
    properties=(
        Property(
            PARTS,
            1,
            has_the_parts(
                "usual",
                "three_segments",
                hint="token, position and segment are nn.Embedding(vocab_size, d_model), (max_length, d_model) and "
                "(num_segments, d_model); norm is nn.LayerNorm(d_model, eps=1e-12).",
            ),
        ),
        Property(
            "gives_every_token_a_vector",
            1,
            has_the_right_form(*CALLS, hint="ids and segments (B, T) in, (B, T, D) out."),
            needs=(PARTS,),
        ),
        Property(
            "adds_three_embeddings_and_norms_the_sum",
            3,
            agrees(
                *CALLS,
                hint="The embedding of the id, of the position, which counts from 0, and of the segment: each plainly "
                "looked up, added, and then the norm.",
            ),
            needs=("gives_every_token_a_vector",),
        ),
        Property(
            "norms_with_an_eps_of_1e_12_in_float64",
            1,
            every(agrees("float64"), tells_tiny_numbers_apart),
            needs=("adds_three_embeddings_and_norms_the_sum",),
        ),
        Property(
            "has_as_many_segments_as_it_is_told",
            1,
            takes_options_by_name("three_segments", "dropout", "num_segments"),
            needs=("adds_three_embeddings_and_norms_the_sum",),
        ),
        Property(
            "drops_only_in_training",
            1,
            drops_only_in_training("usual"),
            needs=("adds_three_embeddings_and_norms_the_sum",),
        ),
        Property(
            "can_be_trained_and_leaves_its_inputs_alone",
            1,
            every(gradients_agree("usual"), leaves_its_inputs_alone("usual", "whole_length")),
            needs=("adds_three_embeddings_and_norms_the_sum",),
        ),
    ),
    mistakes=(
        Mistake(
            "segment-missing",
            "The segments have no effect: the same ids as a first and as a second text get the same vectors. Which "
            "table is looked up with segments, and is it part of the sum?",
            shown_by=answers_like(varied(segment=torch.zeros_like), unnormed(segment=torch.zeros_like)),
        ),
        Mistake(
            "concatenated",
            "The embeddings are put side by side. They are added: all three are d_model wide, and so is their sum. "
            "In a space of hundreds of dimensions the three find room for themselves.",
            shown_by=is_wider,
        ),
        Mistake(
            "norm-missing",
            "The sum isn't normalised. In BERT a LayerNorm follows the sum: for every token the output's mean over the "
            "features is 0 and its variance 1, before the norm's own scale and shift.",
            shown_by=answers_like(unnormed()),
        ),
        Mistake(
            "scaled",
            "Something is multiplied by √d_model, as the Transformer of unit 05 does with its embeddings. BERT's are "
            "added as they are: the norm sees to their size.",
            (
                varied(token=root),
                varied(total=root),
                varied(end=root),
                varied(token=lambda x: x / math.sqrt(x.shape[-1])),
                varied(total=lambda x: x / math.sqrt(x.shape[-1])),
                varied(token=root, segment=root),
                unnormed(token=root),
            ),
        ),
    ),
)
