"""Pairs of sentences held against the documents that they come from, and their labels against the tosses of a coin."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check
from autograder.judging.subject import Seeded
from autograder.judging.trial import Trial
from autograder.units.u08_bert_pretraining.chance import SIGMAS, far_off

Documents = list[list[Any]]
TIMES = 7
OFTEN = tuple(f"often_{i}" for i in range(TIMES))
FEW = ("two_documents", "some_empty", "ids", "repeated", "nothing_to_pair")


def draw(draw: Draw) -> dict[str, Call]:
    """Documents of many sentences, of one and of none, none twice; sentences of ids; sentences that come again."""

    def seeded(documents: Documents) -> Call:
        return Call((documents, Seeded(draw.size(1, 10**9))))

    def document(letter: str, length: int) -> list[str]:
        return [f"{letter}{i}" for i in range(length)]

    many = [document(letter, draw.size(20, 30)) for letter in "abcdefgh"] + [["z0"], [], [], []]
    draw.random.shuffle(many)
    some = [[], document("a", 3), [], document("b", 1), document("c", draw.size(2, 4)), []]
    draw.random.shuffle(some)
    ids = [[[100 * d + 10 * s + i for i in range(draw.size(1, 4))] for s in range(4)] for d in range(1, 4)]
    again = [[f"{d}x", f"{d}y", f"{d}x", f"{d}z"] for d in range(30)]
    return {
        "two_documents": seeded([document("a", draw.size(5, 9)), document("b", draw.size(2, 4))]),
        "some_empty": seeded(some),
        "ids": seeded(ids),
        "repeated": seeded(again),
        "nothing_to_pair": seeded([["a0"], [], ["b0"]]),
        **{name: seeded(many) for name in OFTEN},
    }


@dataclass(frozen=True)
class Pair:
    """One returned pair: where its second sentence comes from, and what its label says."""

    first: Any
    second: Any
    label: bool
    follows: bool
    apart: bool


def neighbours(documents: Documents) -> list[tuple[Any, Any]]:
    """Each sentence with the one after it."""
    return [(hashable(a), hashable(b)) for document in documents for a, b in zip(document, document[1:], strict=False)]


def hashable(sentence: Any) -> Any:
    """A sentence that can be counted: a list as a tuple."""
    return tuple(hashable(item) for item in sentence) if isinstance(sentence, (list, tuple)) else sentence


def returned(trial: Trial, name: str) -> list[tuple[Any, Any, bool]]:
    """The triples of a drawn call."""
    found, told = trial.result(name), f"The call was {said(trial, name)}."
    if not isinstance(found, (list, tuple)):
        expected = "a list of triples (a, b, is_next)"
        raise Mismatch(what="the pairs", expected=expected, actual=expect.describe(found), hint=told)
    for triple in found:
        if not isinstance(triple, (list, tuple)) or len(triple) != 3:
            raise Mismatch(what="a pair", expected="(a, b, is_next)", actual=expect.describe(triple), hint=told)
        if not isinstance(triple[2], bool):
            expected = "a bool, True or False"
            raise Mismatch(what="is_next", expected=expected, actual=expect.describe(triple[2]), hint=told)
    return [(hashable(a), hashable(b), label) for a, b, label in found]


def pairs(trial: Trial, name: str) -> list[Pair]:
    """The pairs of a drawn call, each held against its documents, in which no sentence comes twice."""
    documents = trial.calls[name].args[0]
    home = {hashable(sentence): number for number, document in enumerate(documents) for sentence in document}
    following = dict(neighbours(documents))
    return [
        Pair(a, b, label, following.get(a) == b, b in home and home.get(a) != home[b])
        for a, b, label in returned(trial, name)
    ]


def said(trial: Trial, name: str) -> str:
    """What a drawn call was."""
    documents = trial.calls[name].args[0]
    shown = repr(documents)
    lengths = [len(document) for document in documents]
    return f"next_sentence_pairs({shown if len(shown) < 160 else f'documents of {lengths} sentences'}, generator)"


def has_one_pair_for_each(*names: str) -> Check:
    """Every sentence with one after it is the first of one pair, of three parts."""

    def check(trial: Trial) -> None:
        for name in names:
            firsts = Counter(a for a, _, _ in returned(trial, name))
            expected = Counter(a for a, _ in neighbours(trial.calls[name].args[0]))
            if firsts != expected:
                surplus, missing = list((firsts - expected).elements()), list((expected - firsts).elements())
                raise Mismatch(
                    what="the first sentences of the pairs",
                    expected=f"every sentence that has one after it, {sum(expected.values())} in all",
                    actual=f"{sum(firsts.values())}"
                    + (f", too often or wrongly {surplus[0]!r}" if surplus else "")
                    + (f", without {missing[0]!r}" if missing else ""),
                    hint=f"One pair for each two neighbours of a document; the last sentence has none. An empty "
                    f"document, or one of a single sentence, gives none. The call was {said(trial, name)}.",
                )

    return check


def tells_the_truth(*names: str) -> Check:
    """A pair with True is of neighbours, one with False of different documents."""

    def check(trial: Trial) -> None:
        for name in names:
            for pair in pairs(trial, name):
                if pair.label and not pair.follows or not pair.label and not pair.apart:
                    where = "the next sentence" if pair.follows else "of another document" if pair.apart else "neither"
                    raise Mismatch(
                        what=f"the second sentence {pair.second!r} of a pair with is_next={pair.label}, "
                        f"after {pair.first!r}",
                        expected="the sentence after it" if pair.label else "a sentence of another document",
                        actual=where if where != "neither" else "another sentence of the same document, or none at all",
                        hint=f"The call was {said(trial, name)}.",
                    )

    return check


def goes_by_places(trial: Trial) -> None:
    """Where a sentence comes twice, each of its places has a neighbour of its own."""
    name = "repeated"
    right = Counter(neighbours(trial.calls[name].args[0]))
    found = Counter((a, b) for a, b, label in returned(trial, name) if label)
    surplus = found - right
    if surplus:
        (a, b), count = next(iter(surplus.items()))
        raise Mismatch(
            what=f"true pairs ({a!r}, {b!r}) in documents in which {a!r} comes twice",
            expected=f"at most {right[a, b]}",
            actual=str(right[a, b] + count),
            hint="list.index finds a sentence's first place only: go through the places, not the sentences. The call "
            f"was {said(trial, name)}.",
        )


def tosses_a_coin(trial: Trial) -> None:
    """Half of the pairs are true, nearly, and one pair's label says nothing of another's."""
    labels = [[label for _, _, label in in_order(trial, name)] for name in OFTEN]
    trues, n = sum(map(sum, labels)), sum(map(len, labels))
    hint = "For every pair a toss of its own, with probability ½, decides."
    if far_off(trues, 0.5, n):
        raise Mismatch(
            what=f"the share of true pairs of {n}", expected="about 0.5", actual=f"{trues / n:.3f}", hint=hint
        )
    if all(2 * sum(own) - len(own) in (-1, 0, 1) for own in labels):
        actual = f"{[sum(own) for own in labels]} of {len(labels[0])}"
        raise Mismatch(
            what=f"how many pairs are true in {TIMES} calls", expected="now more, now fewer", actual=actual, hint=hint
        )
    changes = sum(one != other for own in labels for one, other in zip(own, own[1:], strict=False))
    steps = sum(len(own) - 1 for own in labels)
    if abs(changes - steps / 2) > SIGMAS * math.sqrt(steps / 4):
        raise Mismatch(
            what="how often the label changes from one pair to the next",
            expected=f"in about half of {steps} steps",
            actual=f"in {changes}",
            hint=hint,
        )


def in_order(trial: Trial, name: str) -> list[tuple[Any, Any, bool]]:
    """The triples in the order of the documents, in whatever order they were returned."""
    place = {a: i for i, (a, _) in enumerate(neighbours(trial.calls[name].args[0]))}
    return sorted(returned(trial, name), key=lambda triple: place[triple[0]])


def draws_wrong_ones_at_random(trial: Trial) -> None:
    """The wrong second sentences are many different ones, for each first one too."""
    documents = trial.calls[OFTEN[0]].args[0]
    wrong = [(a, b) for name in OFTEN for a, b, label in returned(trial, name) if not label]
    sentences = sum(len(document) for document in documents)
    seconds, firsts = {b for _, b in wrong}, Counter(a for a, _ in wrong)
    several = [a for a, count in firsts.items() if count > 1]
    changing = sum(len({b for a, b in wrong if a == first}) > 1 for first in several[:60])
    if len(seconds) < sentences / 3 or changing < 30:
        raise Mismatch(
            what=f"the second sentences of {len(wrong)} pairs that aren't neighbours",
            expected=f"drawn from all {sentences} sentences of other documents",
            actual=f"only {len(seconds)} different ones" if len(seconds) < sentences / 3 else "the same in every call",
            hint="Draw another document, or a place in it, anew for every pair.",
        )


def draws_from_the_generator(trial: Trial) -> None:
    """The same seed gives the same pairs, another one others."""
    name, other = OFTEN[:2]
    if returned(trial, name) != [(hashable(a), hashable(b), label) for a, b, label in trial.run(trial.calls[name])]:
        raise Mismatch(
            what="two calls with generators of the same seed",
            expected="the same pairs",
            actual="different ones",
            hint="All randomness comes from the given torch.Generator: torch.rand and torch.randint take generator=.",
        )
    if returned(trial, name) == returned(trial, other):
        raise Mismatch(
            what="two calls with generators of different seeds",
            expected="different pairs",
            actual="the same",
            hint="The generator is drawn from, and not seeded anew.",
        )


def leaves_the_documents_alone(trial: Trial) -> None:
    """The documents are what they were."""
    for name in ("two_documents", "some_empty"):
        before, after = trial.calls[name].args[0], trial.look_back(name).args[0]
        hint = "Neither pop nor shuffle the given lists."
        expect.equal(after, before, what="documents after the call", hint=hint)


def all_pairs(trial: Trial) -> Iterator[Pair]:
    """The pairs of the larger calls."""
    for name in ("two_documents", *OFTEN):
        yield from pairs(trial, name)


def tells_the_opposite(trial: Trial) -> bool:
    """Neighbours have False, and sentences of different documents True."""
    found = list(all_pairs(trial))
    return all(pair.label != pair.follows for pair in found) and any(pair.label for pair in found)


def stays_in_the_document(trial: Trial) -> bool:
    """Some pair with False has both sentences from one document."""
    return any(not pair.label and not pair.apart for pair in all_pairs(trial))


def is_unbalanced(trial: Trial) -> bool:
    """The labels are true, but one of the two is much rarer than the other."""
    found = [pair for name in OFTEN for pair in pairs(trial, name)]
    honest = all(pair.follows if pair.label else pair.apart for pair in found)
    return honest and far_off(sum(pair.label for pair in found), 0.5, len(found))


EACH = "has_one_pair_for_each_two_neighbours"
TRUTH = "pairs_true_neighbours_and_sentences_of_other_documents"
COIN = "tosses_a_coin_for_each_pair"

COMPONENT = Component(
    name="next_sentence_pairs",
    draw=draw,
    returns=("the pairs",),
    properties=(
        Property(EACH, 2, has_one_pair_for_each(*FEW, *OFTEN)),
        Property(TRUTH, 2, tells_the_truth("two_documents", "some_empty", "ids", *OFTEN), needs=(EACH,)),
        Property(COIN, 2, tosses_a_coin, needs=(TRUTH,)),
        Property("keeps_repeated_sentences_apart", 1, goes_by_places, needs=(EACH,)),
        Property("draws_wrong_sentences_at_random", 1, draws_wrong_ones_at_random, needs=(COIN,)),
        Property("draws_from_the_generator", 1, draws_from_the_generator, needs=(COIN,)),
        Property("leaves_its_inputs_alone", 1, leaves_the_documents_alone, needs=(EACH,)),
    ),
    mistakes=(
        Mistake(
            "label-flipped",
            "is_next is True where the second sentence does not come next. Print a few pairs with their labels, and "
            "the document.",
            shown_by=tells_the_opposite,
        ),
        Mistake(
            "same-document",
            "A second sentence that is said not to come next is of the same document. It may be about the same things, "
            "and by chance be the next one after all: draw it from another document, one that has sentences.",
            shown_by=stays_in_the_document,
        ),
        Mistake(
            "unbalanced",
            "True and False don't come equally often, so that a model that always says the commoner one is right more "
            "often than not. Which share of your pairs is True?",
            shown_by=is_unbalanced,
        ),
    ),
)
