"""The number of BERT's parameters, counted tensor by tensor (Devlin et al. 2019, section 3)."""

import math
from collections.abc import Callable
from itertools import combinations, product

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.inprocess import as_number
from autograder.judging.properties import Check
from autograder.judging.trial import Trial
from autograder.units.u08_bert_pretraining.truth import Config, bert_shapes

Counted = Callable[[str], bool]
Count = Callable[..., int]
PUBLISHED = ("base", "large")
DRAWN = ("drawn", "many_layers", "one_layer", "other_options")
CALLS = (*PUBLISHED, *DRAWN)
BIASES = (("self_attention",), ("linear1",), ("linear2",), ("pooler",), ("norm",))
"""The places whose biases may have been forgotten together."""
AMBIGUOUS = ((("norm",),),)
"""Alone these are half of each norm."""


def draw(draw: Draw) -> dict[str, Call]:
    """BERT's two published sizes, and sizes of which no one follows from another."""

    def sizes(hidden: int, layers: int) -> tuple[int, int, int, int]:
        vocabulary, intermediate = draw.sizes(2, 100, 900)
        return vocabulary, hidden, layers, intermediate

    return {
        "base": Call((30522, 768, 12, 3072)),
        "large": Call((30522, 1024, 24, 4096)),
        "drawn": Call(sizes(8 * draw.size(9, 15), draw.size(2, 4))),
        "many_layers": Call(sizes(8 * draw.size(9, 15), draw.size(5, 9))),
        "one_layer": Call(sizes(64 * draw.size(2, 3), 1)),
        "other_options": Call(
            sizes(8 * draw.size(9, 15), 2), {"max_length": draw.size(20, 99), "segments": draw.size(3, 9)}
        ),
    }


def counted(which: Counted) -> Count:
    """The number of entries of the parameters that a rule on their names picks."""

    def count(
        vocab_size: int, hidden: int, layers: int, intermediate: int, max_length: int = 512, segments: int = 2
    ) -> int:
        # All layers are alike, so one is looked at, however many there are.
        shapes = bert_shapes(Config(vocab_size, hidden, 1, 1, intermediate, max_length, segments))
        times = {name: layers if name.startswith("encoder.") else 1 for name in shapes}
        return sum(times[name] * math.prod(shape) for name, shape in shapes.items() if which(name))

    return count


def without(*parts: str) -> Count:
    """All but the parameters whose name has one of these in it."""
    return counted(lambda name: not any(part in name for part in parts))


def without_biases(places: tuple[tuple[str, ...], ...]) -> Count:
    """All but the biases of these places."""
    names = tuple(name for place in places for name in place)
    return counted(lambda name: not (name.endswith("bias") and any(part in name for part in names)))


def without_norms(of_embeddings: int, of_layer: int, left: tuple[str, ...]) -> Count:
    """All but so many norms of the embeddings and of every layer; of these the tensors named ``left`` remain."""
    missed = ["embeddings.norm"][:of_embeddings] + [f".norm{i + 1}" for i in range(of_layer)]
    return counted(lambda name: not any(norm in name for norm in missed) or name.endswith(left))


def counts(*names: str, hint: str) -> Check:
    """The exact number."""

    def check(trial: Trial) -> None:
        for name in names:
            told = f"{hint} The call was {trial.describe(name)}."
            expected = float(trial.expected(name))
            expect.number(trial.result(name), what="the number of parameters", expected=expected, hint=told, rtol=0.0)

    return check


def counts_like(*versions: Count) -> Callable[[Trial], bool]:
    """Whether the answers are exactly those of one of the wrong versions: they differ by little from the right one."""

    def shown(trial: Trial) -> bool:
        answers = {name: as_number(trial.result(name)) for name in CALLS}
        return any(
            all(answers[name] == trial.evaluate(version, trial.calls[name]) for name in CALLS) for version in versions
        )

    return shown


COMPONENT = Component(
    name="bert_parameters",
    draw=draw,
    oracle=counted(lambda name: True),
    returns=("the number of parameters",),
    properties=(
        Property(
            "counts_every_parameter_of_any_size_once",
            3,
            counts(
                *DRAWN,
                hint="List each part's tensors with their shapes: three tables and a norm; per layer an attention, a "
                "feed-forward block and two norms; the pooler. Biases count, heads on top don't.",
            ),
        ),
        Property(
            "gives_the_numbers_of_the_published_models",
            1,
            counts(*PUBLISHED, hint="With the pooler, without heads, 512 positions and 2 segments."),
        ),
    ),
    mistakes=(
        Mistake(
            "pooler-forgotten",
            "The pooler is missing, a linear map from hidden to hidden that the [CLS] vector goes through after the "
            "last layer: hidden² weights and hidden biases.",
            shown_by=counts_like(without("pooler"), without("pooler.weight")),
        ),
        Mistake(
            "biases-forgotten",
            "Biases are missing. An nn.Linear(m, n) has m · n weights and n biases, the four of an attention and the "
            "pooler included: compare with sum(p.numel() for p in nn.Linear(3, 2).parameters()).",
            shown_by=counts_like(
                *(
                    without_biases(places)
                    for count in range(len(BIASES), 0, -1)
                    for places in combinations(BIASES, count)
                    if places not in AMBIGUOUS
                ),
                without_biases((("q_proj", "k_proj", "v_proj"),)),
            ),
        ),
        Mistake(
            "norms-forgotten",
            "The norms are missing, or some of them. Each has a scale and a shift for every feature, 2 · hidden "
            "numbers; there are two in every layer and one after the embeddings.",
            shown_by=counts_like(
                *(
                    without_norms(embeddings, layer, left)
                    for embeddings, layer in product(range(2), range(3))
                    for left in ((), ("bias",))
                    if embeddings or layer
                )
            ),
        ),
    ),
)
