"""Perplexity over batches of different sizes against its definition."""

import math

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import number
from autograder.judging.properties import Check
from autograder.judging.trial import Trial

UNEQUAL = ("unequal", "a_small_last_batch", "three_far_apart")
TOLERANCE = 1e-4


def draw(draw: Draw) -> dict[str, Call]:
    """Batches of equal and of very different sizes; one batch; a model that guesses among V words."""

    def losses(count: int) -> list[float]:
        return [round(draw.random.uniform(0.5, 6.0), 4) for _ in range(count)]

    several, vocabulary = draw.size(4, 7), draw.size(5, 60)
    tokens = draw.size(20, 200)
    return {
        "uniform": Call(([math.log(vocabulary)] * several, draw.sizes(several, 10, 90))),
        "one_batch": Call((losses(1), [tokens])),
        "equal": Call((losses(several), [tokens] * several)),
        "unequal": Call((losses(several), draw.sizes(several, 1, 500))),
        "a_small_last_batch": Call(([2.0, 2.2, 1.9, round(draw.random.uniform(4.0, 6.0), 3)], [tokens] * 3 + [1])),
        "three_far_apart": Call(([0.5, 3.0, 5.5], draw.sizes(3, 1, 9))),
    }


def definition(losses: list[float], counts: list[int]) -> float:
    """The exponential of the mean loss of a token."""
    of_tokens = [loss for loss, count in zip(losses, counts, strict=True) for _ in range(count)]
    return math.exp(math.fsum(of_tokens) / len(of_tokens))


def is_the_definitions(*names: str, hint: str) -> Check:
    """A number that is the definition's."""

    def check(trial: Trial) -> None:
        for name in names:
            told = f"{hint} The call was {trial.describe(name)}."
            expected = trial.expected(name)
            number(trial.result(name), what="the perplexity", expected=expected, hint=told, rtol=TOLERANCE)

    return check


COMPONENT = Component(
    name="perplexity",
    draw=draw,
    oracle=definition,
    returns=("the perplexity",),
    properties=(
        Property(
            "is_the_number_of_words_that_the_model_guesses_among",
            1,
            is_the_definitions("uniform", "one_batch", hint="The losses are in nats: the inverse of log is exp."),
        ),
        Property(
            "is_the_exponential_of_the_mean_loss",
            1,
            is_the_definitions("equal", hint="First the mean of the losses, then the exponential."),
        ),
        Property(
            "weighs_every_batch_by_its_tokens",
            2,
            is_the_definitions(
                *UNEQUAL,
                hint="Each loss is a mean over its batch's tokens, so a batch of 100 tokens counts a hundred times "
                "what a batch of one does. First the mean over all tokens, then the exponential.",
            ),
        ),
    ),
    mistakes=(
        Mistake(
            "mean-of-perplexities",
            "Each batch's perplexity is taken and these are averaged. The exponential comes last: a mean of "
            "exponentials is larger than the exponential of the mean, and one bad batch rules it.",
            (
                lambda losses, counts: (
                    sum(c * math.exp(loss) for loss, c in zip(losses, counts, strict=True)) / sum(counts)
                ),
                lambda losses, counts: sum(map(math.exp, losses)) / len(losses),
            ),
        ),
        Mistake(
            "unweighted-mean",
            "All batches count the same, however many tokens they have. A last batch of one token must not weigh as "
            "much as one of a thousand.",
            (lambda losses, counts: math.exp(sum(losses) / len(losses)),),
        ),
    ),
)
