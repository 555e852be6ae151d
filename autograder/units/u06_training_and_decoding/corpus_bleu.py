"""BLEU of a corpus against its definition, counted in lists (Papineni et al. 2002, section 2.3)."""

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.inprocess import as_number
from autograder.judging.properties import Check
from autograder.judging.trial import Trial

Tokens = list[Hashable]
Corpus = list[Tokens]
Gram = tuple[Hashable, ...]
Matches = Callable[[list[Gram], list[Gram]], int]
Precisions = list[tuple[int, int]]

LENGTHS = ("shorter", "longer", "much_shorter")
CLIPPED = ("repeats", "one_sentence")
ZERO = ("nothing_in_common", "no_four_in_a_row", "all_too_short", "all_empty")
OTHERS = ("one_is_empty", "up_to_pairs", "single_words", "numbers", "pairs_as_tokens")
WORDS = ("the", "cat", "sat", "on", "mat", "a", "dog", "ran", "in", "fog")


def draw(draw: Draw) -> dict[str, Call]:
    """Sentences changed here and there: too short, too long, with words repeated; some of which nothing is left."""

    def sentence(length: int) -> Tokens:
        return [draw.choice(WORDS) for _ in range(length)]

    def corpus(change: Callable[[Tokens], Tokens]) -> tuple[Corpus, Corpus]:
        """Three sentences with matches in every order, and in no order nothing else."""
        while True:
            references = [sentence(draw.size(5, 10)) for _ in range(3)]
            hypotheses = [change(reference) for reference in references]
            orders = counted(hypotheses, references, 4, clipped)
            if all(0 < matched < total for matched, total in orders):
                return hypotheses, references

    def another(words: Tokens) -> Tokens:
        place = draw.size(0, len(words) - 1)
        return words[:place] + sentence(1) + words[place + 1 :]

    def stretched(words: Tokens) -> Tokens:
        return another(words) + sentence(draw.size(1, 2))

    def stuttering(words: Tokens) -> Tokens:
        return words[:2] * 3 + words[2:]

    usual, longer = corpus(lambda words: another(words)[: -draw.size(1, 2)]), corpus(stretched)
    short = corpus(lambda words: another(words)[: max(4, len(words) - 4)])
    number = {word: index for index, word in enumerate(WORDS)}
    as_numbers = tuple([[number[str(word)] for word in words] for words in side] for side in longer)
    as_pairs = tuple([[(word, 1) for word in words] for words in side] for side in usual)
    few = [["the", "cat", "sat"], ["a", "dog"], ["fog"]]
    return {
        "shorter": Call(usual),
        "longer": Call(longer),
        "much_shorter": Call(short),
        "repeats": Call(corpus(stuttering)),
        "one_sentence": Call(([["the"] * 4 + list(WORDS[1:6])], [["the", *WORDS[1:6], "the"]])),
        "identical": Call((usual[1], usual[1])),
        "nothing_in_common": Call((usual[0], [["nothing"] * len(words) for words in usual[1]])),
        "no_four_in_a_row": Call(_without_four(usual[1])),
        "all_too_short": Call((few, [[*words, "in", "fog"] for words in few])),
        "all_empty": Call(([[], []], usual[1][:2])),
        "one_is_empty": Call(([*usual[0], []], [*usual[1], sentence(3)])),
        "up_to_pairs": Call((*usual,), {"max_n": 2}),
        "single_words": Call((*longer,), {"max_n": 1}),
        "numbers": Call(as_numbers),
        "pairs_as_tokens": Call(as_pairs),
    }


def _without_four(references: Corpus) -> tuple[Corpus, Corpus]:
    """Every fourth word another one, so that there are common triples and no more."""
    return [[word if i % 4 < 3 else "no" for i, word in enumerate(words)] for words in references], references


def grams(tokens: Sequence[Hashable], n: int) -> list[Gram]:
    """All n-grams, as often as they occur."""
    return list(zip(*(tokens[start:] for start in range(n)), strict=False))


def clipped(found: list[Gram], there: list[Gram]) -> int:
    """Each n-gram as often as both have it."""
    return sum(min(found.count(gram), there.count(gram)) for gram in set(found))


def unclipped(found: list[Gram], there: list[Gram]) -> int:
    """Each n-gram of the hypothesis that occurs in the reference at all."""
    return sum(gram in there for gram in found)


def counted(hypotheses: Corpus, references: Corpus, max_n: int, matches: Matches) -> Precisions:
    """For each order, how many n-grams of the whole corpus match, of how many."""
    pairs = list(zip(hypotheses, references, strict=True))
    return [
        (
            sum(matches(grams(hypothesis, n), grams(reference, n)) for hypothesis, reference in pairs),
            sum(len(grams(hypothesis, n)) for hypothesis, _ in pairs),
        )
        for n in range(1, max_n + 1)
    ]


def brevity(length: int, reference: int) -> float:
    """1 for a corpus at least as long as its reference, e^(1 − r/c) for a shorter one."""
    return math.exp(min(0.0, 1 - reference / length))


def geometric(precisions: list[float]) -> float:
    """The geometric mean."""
    return math.prod(precisions) ** (1 / len(precisions))


def arithmetic(precisions: list[float]) -> float:
    """The arithmetic mean."""
    return sum(precisions) / len(precisions)


def varied(
    *,
    matches: Matches = clipped,
    mean: Callable[[list[float]], float] = geometric,
    penalty: Callable[[int, int], float] = brevity,
) -> Callable[..., float]:
    """The definition, with its parts to be exchanged."""

    def bleu(hypotheses: Corpus, references: Corpus, max_n: int = 4) -> float:
        length, reference = (sum(map(len, side)) for side in (hypotheses, references))
        orders = counted(hypotheses, references, max_n, matches)
        if any(total == 0 for _, total in orders):
            return 0.0
        return 100 * penalty(length, reference) * mean([matched / total for matched, total in orders])

    return bleu


definition = varied()


def mean_of_sentences(hypotheses: Corpus, references: Corpus, max_n: int = 4) -> float:
    """The mean of the sentences' scores."""
    pairs = zip(hypotheses, references, strict=True)
    return arithmetic([definition([hypothesis], [reference], max_n) for hypothesis, reference in pairs])


def mean_of_precisions(hypotheses: Corpus, references: Corpus, max_n: int = 4) -> float:
    """In every order the mean of the sentences' precisions."""
    sentences = [
        [matched / max(total, 1) for matched, total in counted([hypothesis], [reference], max_n, clipped)]
        for hypothesis, reference in zip(hypotheses, references, strict=True)
    ]
    by_order = [arithmetic(list(order)) for order in zip(*sentences, strict=True)]
    return 100 * brevity(sum(map(len, hypotheses)), sum(map(len, references))) * geometric(by_order)


def scores(*names: str, hint: str) -> Check:
    """A number that is the definition's."""

    def check(trial: Trial) -> None:
        for name in names:
            found = trial.look_back(name)
            told = f"{hint} The call was {trial.describe(name)}."
            expect.number(found.value, what="the score", expected=trial.expected(name), hint=told, rtol=TOLERANCE)

    return check


TOLERANCE = 1e-5


def leaves_the_lists_alone(trial: Trial) -> None:
    """Neither list is another one afterwards."""
    for name in ("repeats", "longer"):
        before: tuple[Any, ...] = trial.calls[name].args
        for what, old, new in zip(("hypotheses", "references"), before, trial.look_back(name).args, strict=False):
            expect.equal(new, old, what=f"{what} after the call", hint="Count in a copy, not in the lists themselves.")


def has_no_penalty(trial: Trial) -> bool:
    """Right where the hypotheses are longer, without a penalty where they are shorter."""
    unpunished = varied(penalty=lambda length, reference: 1.0)
    found = [(as_number(trial.result(name)), trial.evaluate(unpunished, trial.calls[name])) for name in LENGTHS]
    return all(number is not None and math.isclose(number, score, rel_tol=1e-4) for number, score in found)


COMPONENT = Component(
    name="corpus_bleu",
    draw=draw,
    oracle=definition,
    returns=("the score",),
    forbidden=("sacrebleu.**", "nltk.**", "torchmetrics.**", "torchtext.**", "evaluate.**"),
    properties=(
        Property(
            "is_a_hundred_for_a_perfect_translation",
            1,
            scores("identical", hint="Every precision is 1 and nothing is too short; the scale goes from 0 to 100."),
        ),
        Property(
            "takes_the_geometric_mean_of_the_corpus_precisions_with_a_penalty_for_brevity",
            3,
            scores(
                *LENGTHS,
                hint="Matches and n-grams are added up over all sentences before they are divided, and so are the "
                "lengths. Where the hypotheses have c tokens and the references r > c, the penalty is e^(1 − r/c); "
                "else it is 1.",
            ),
        ),
        Property(
            "counts_an_n_gram_no_more_often_than_its_reference_has_it",
            1,
            scores(*CLIPPED, hint="In each sentence, an n-gram's matches are clipped at its number in the reference."),
            needs=("is_a_hundred_for_a_perfect_translation",),
        ),
        Property(
            "is_zero_where_nothing_matches_or_an_order_has_no_n_grams",
            1,
            scores(*ZERO, hint="A precision of 0, or of 0/0, makes the score 0; log(0) and 1/0 must not be met."),
            needs=("is_a_hundred_for_a_perfect_translation",),
        ),
        Property(
            "works_for_other_orders_other_tokens_and_an_empty_sentence",
            1,
            scores(*OTHERS, hint="Tokens are anything hashable; orders go from 1 to max_n, all with the same weight."),
            needs=("takes_the_geometric_mean_of_the_corpus_precisions_with_a_penalty_for_brevity",),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_the_lists_alone,
            needs=("is_a_hundred_for_a_perfect_translation",),
        ),
    ),
    mistakes=(
        Mistake(
            "not-clipped",
            "An n-gram is counted as often as the hypothesis has it. Then “the the the the” is a perfect translation "
            "of “the cat”, as far as single words go: each word of the reference can be matched only once.",
            (varied(matches=unclipped),),
        ),
        Mistake(
            "mean-of-sentences",
            "Each sentence gets its own score or its own precisions, and these are averaged. BLEU is a measure of a "
            "corpus: add matches and n-grams up over all sentences first, and divide once.",
            (mean_of_sentences, mean_of_precisions),
            calls=(*LENGTHS, "repeats", "up_to_pairs", "single_words"),
        ),
        Mistake(
            "arithmetic-mean",
            "The precisions are added and divided by their number. BLEU takes the geometric mean, the exponential of "
            "the mean logarithm, so that one order without a match makes the score 0.",
            (varied(mean=arithmetic),),
            calls=(*LENGTHS, *CLIPPED, "up_to_pairs", "numbers"),
        ),
        Mistake(
            "no-brevity-penalty",
            "A translation that is too short isn't punished. Precision alone rewards leaving out whatever is hard: "
            "compare a perfect translation with its first four words.",
            shown_by=has_no_penalty,
        ),
        Mistake(
            "penalty-inverted",
            "The penalty has the two lengths, or the cases, the wrong way round. A hypothesis of half the reference's "
            "length must get e^(1 − 2) ≈ 0.37, one of twice its length 1.",
            (
                varied(penalty=lambda c, r: math.exp(min(0.0, 1 - c / r))),
                varied(penalty=lambda c, r: math.exp(1 - c / r)),
                varied(penalty=lambda c, r: math.exp(1 - c / r) if c < r else 1.0),
                varied(penalty=lambda c, r: math.exp(1 - r / c) if c > r else 1.0),
                varied(penalty=lambda c, r: math.exp(1 - r / c)),
            ),
            calls=(*LENGTHS, *CLIPPED, "up_to_pairs"),
        ),
    ),
)
