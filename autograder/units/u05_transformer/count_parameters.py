"""The number of a Transformer's parameters, counted tensor by tensor."""

import math
from collections.abc import Callable
from itertools import combinations, product

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.inprocess import as_number
from autograder.judging.trial import Trial
from autograder.units.u05_transformer.truth import Shapes, transformer_shapes

Counted = Callable[[str], bool]
CALLS = ("tiny", "drawn", "many_layers", "one_layer")
BIASES = (
    ("self_attention", "cross_attention"),
    ("linear1",),
    ("linear2",),
    ("projection",),
    ("norm",),
)
"""The places whose biases may have been forgotten together."""
AMBIGUOUS = ((("norm",),), (("linear2",),))
"""Alone these are as many numbers as norms have: half of each norm, or one norm of a layer."""


def draw(draw: Draw) -> dict[str, Call]:
    """Sizes of which no one follows from another, one layer and several; small enough to be built and counted."""

    def sizes(d_model: int, num_layers: int) -> Call:
        source, target, d_ff = draw.sizes(3, 100, 900)
        return Call((source, target, d_model, d_ff, num_layers))

    return {
        "tiny": Call((7, 5, 64, 6, 2)),
        "drawn": sizes(8 * draw.size(9, 15), draw.size(2, 4)),
        "many_layers": sizes(8 * draw.size(9, 15), draw.size(5, 9)),
        "one_layer": sizes(64 * draw.size(2, 3), 1),
    }


def counted(which: Counted) -> Callable[[int, int, int, int, int], int]:
    """The number of entries of the parameters that a rule on their names picks."""

    def count(source_vocab: int, target_vocab: int, d_model: int, d_ff: int, num_layers: int) -> int:
        return total(transformer_shapes(source_vocab, target_vocab, d_model, d_ff, num_layers), which)

    return count


def total(shapes: Shapes, which: Counted = lambda name: True) -> int:
    """The entries of the tensors of these shapes."""
    return sum(math.prod(shape) for name, shape in shapes.items() if which(name))


def without_biases(places: tuple[tuple[str, ...], ...]) -> Callable[..., int]:
    """All but the biases of these places."""
    names = tuple(name for place in places for name in place)
    return counted(lambda name: not (name.endswith("bias") and any(part in name for part in names)))


def without_norms(of_encoder: int, of_decoder: int, left: tuple[str, ...] = ()) -> Callable[..., int]:
    """All but so many norms of every encoder and decoder layer; of these the tensors named ``left`` remain."""
    missed = [f"encoder.norm{i + 1}" for i in range(of_encoder)] + [f"decoder.norm{i + 1}" for i in range(of_decoder)]

    def which(name: str) -> bool:
        stack, _, rest = name.partition(".")
        norm = f"{stack}.{rest.split('.')[2]}" if rest.startswith("layers.") else ""
        return norm not in missed or name.endswith(left)

    return counted(which)


def counts_all(trial: Trial) -> None:
    """The exact number, for every size."""
    for name in CALLS:
        told = (
            "Biases and norms count. List each part's tensors with their shapes: embeddings, attentions, feed-forward "
            f"blocks, norms, projection. The call was {trial.describe(name)}."
        )
        expected = float(trial.expected(name))
        expect.number(trial.result(name), what="the number of parameters", expected=expected, hint=told, rtol=0.0)


def counts_like(*versions: Callable[..., int]) -> Callable[[Trial], bool]:
    """Whether the answers are exactly those of one of the wrong versions: they differ by little from the right one."""

    def shown(trial: Trial) -> bool:
        answers = {name: as_number(trial.result(name)) for name in CALLS}
        return any(all(answers[name] == version(*trial.calls[name].args) for name in CALLS) for version in versions)

    return shown


def shows_times_heads(trial: Trial) -> bool:
    """The attentions' share of the answer, or all of it, is a whole number of times too large everywhere."""
    answers = {name: as_number(trial.result(name)) for name in CALLS}
    shares: tuple[Counted, ...] = (
        lambda name: True,
        lambda name: "attention" in name,
        lambda name: "attention" in name and name.endswith("weight"),
        lambda name: "attention" in name and "out_proj" not in name,
        lambda name: "attention" in name and "out_proj" not in name and name.endswith("weight"),
    )
    return any(_whole_times(trial, answers, share) for share in shares)


def _whole_times(trial: Trial, answers: dict[str, float | None], share: Counted) -> bool:
    """Whether everywhere a whole number of shares is counted where one should be, and somewhere more than one."""
    times = [
        (answer - trial.expected(name)) / counted(share)(*trial.calls[name].args) + 1
        for name, answer in answers.items()
        if answer is not None
    ]
    whole = all(round(t) >= 1 and abs(t - round(t)) < 1e-9 for t in times)
    return whole and len(times) == len(answers) and max(times) > 1.5


COMPONENT = Component(
    name="count_parameters",
    draw=draw,
    oracle=counted(lambda name: True),
    returns=("the number of parameters",),
    properties=(Property("counts_every_parameter_once", 3, counts_all),),
    mistakes=(
        Mistake(
            "biases-forgotten",
            "Biases are missing. An nn.Linear(m, n) has m · n weights and n biases, the four of an attention included, "
            "and so does the projection at the end: compare with sum(p.numel() for p in nn.Linear(3, 2).parameters()).",
            shown_by=counts_like(
                *(
                    without_biases(places)
                    for count in range(len(BIASES), 0, -1)
                    for places in combinations(BIASES, count)
                    if places not in AMBIGUOUS
                )
            ),
        ),
        Mistake(
            "times-heads",
            "Something is multiplied by a number of heads. H heads of width D/H are slices of the same D by D maps: "
            "the number of heads isn't even among the arguments.",
            shown_by=shows_times_heads,
        ),
        Mistake(
            "norms-forgotten",
            "The norms are missing, or some of them. Each has a scale and a shift for every feature, 2 · D numbers; an "
            "encoder layer has two norms, a decoder layer three.",
            shown_by=counts_like(
                *(
                    without_norms(encoder, decoder, left)
                    for encoder, decoder in product(range(3), range(4))
                    for left in ((), ("bias",))
                    if encoder or decoder
                )
            ),
        ),
        Mistake(
            "cross-attention-forgotten",
            "A decoder layer is counted with one attention. It has two: one over its own words, one over the memory, "
            "each with four linear maps.",
            shown_by=counts_like(
                counted(lambda name: "cross_attention" not in name),
                counted(lambda name: "cross_attention" not in name and not ("decoder" in name and "norm3" in name)),
            ),
        ),
    ),
)
