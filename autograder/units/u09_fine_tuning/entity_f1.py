"""Precision, recall and F1 over entities against sets of spans found tag by tag (Tjong Kim Sang & De Meulder 2003)."""

from collections.abc import Callable, Sequence

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import Check
from autograder.judging.trial import Trial

Sentence = list[str]
Corpus = list[Sentence]
Scores = tuple[float, float, float]
Starts = Callable[[str, str], bool]
PARTS = ("precision", "recall", "f1")
TYPES = ("PER", "LOC", "ORG", "MISC")

PARTLY = ("some_found", "too_many", "too_few")
EXACT = ("wrong_end", "wrong_start")
TYPED = ("wrong_type", "some_wrong_types")
NEIGHBOURS = ("neighbours_apart", "neighbours_merged")
STRAY = ("stray_inside", "type_changes_inside")
NOTHING = ("nothing_predicted", "nothing_there", "neither", "no_sentences")
CORPORA = ("random", "more_random", "same_span_in_two_sentences")


def draw(draw: Draw) -> dict[str, Call]:
    """Cases by hand with drawn types and lengths, and corpora made by chance."""
    one, two, three = draw.random.sample(TYPES, 3)
    o, b, i, other = ["O"], [f"B-{one}"], [f"I-{one}"], [f"B-{two}"]
    n, gap = draw.size(1, 3), o * draw.size(1, 3)

    def chance(sentences: int, kept: float) -> Call:
        gold = [random_tags(draw) for _ in range(sentences)]
        predicted = [[tag if draw.random.random() < kept else draw.choice(gold[0]) for tag in tags] for tags in gold]
        return Call((predicted, gold))

    long = b + i * n
    return {
        "perfect": Call(([long + gap + other, gap + long], [long + gap + other, gap + long])),
        "some_found": Call(([long + gap + ["O"] + gap + long], [long + gap + other + gap + long])),
        "too_many": Call(([long + gap + other + gap + long, gap], [long + gap + o + gap + o * (n + 1), gap])),
        "too_few": Call(([o * (n + 1) + gap + other, b + o, o], [long + gap + other, b + other, other])),
        "wrong_end": Call(([b + i * n + o + gap + other], [b + i * n + i + gap + other])),
        "wrong_start": Call(([o + b + i * n + gap + other], [b + i + i * n + gap + other])),
        "wrong_type": Call(([long + gap + other], [long + gap + [f"B-{three}"]])),
        "some_wrong_types": Call(
            ([b + gap + other + gap + b, other], [b + gap + b + gap + [f"B-{three}"], other]),
        ),
        "neighbours_apart": Call(([b + b + gap + long], [b + b + gap + long])),
        "neighbours_merged": Call(([b + i + gap + other], [b + b + gap + other])),
        "stray_inside": Call(([gap + i + i + gap + other], [gap + b + i + gap + b])),
        "type_changes_inside": Call(([b + [f"I-{two}"] + gap + b], [b + other + gap + b])),
        "nothing_predicted": Call(([o * 3, o], [b + o + o, b])),
        "nothing_there": Call(([b + o + other], [o * 3])),
        "neither": Call(([o * 3, o], [o * 3, o])),
        "no_sentences": Call(([], [])),
        "same_span_in_two_sentences": Call(([b + o, b + o, b + o], [b + o, o + b, b + o])),
        "random": chance(4, 0.8),
        "more_random": chance(6, 0.6),
    }


def random_tags(draw: Draw) -> Sentence:
    """Entities of one to three words, often one after the other, and words that are none."""
    tags: Sentence = []
    for _ in range(draw.size(3, 6)):
        kind = draw.choice(TYPES[:2])
        tags += draw.choice([["O"], [f"B-{kind}", *[f"I-{kind}"] * draw.size(0, 2)]])
    return [*tags, f"B-{TYPES[0]}"]


def kind(tag: str) -> str:
    """The type of a tag, nothing for O."""
    return tag[2:]


def starts(tag: str, before: str) -> bool:
    """Whether an entity starts at a tag: at every B-, and at an I- that goes on with nothing of its type."""
    return tag != "O" and (tag.startswith("B") or kind(tag) != kind(before))


def never_at_a_neighbour(tag: str, before: str) -> bool:
    """As above, but B- after a tag of the same type goes on with it."""
    return tag != "O" and kind(tag) != kind(before)


def whatever_the_type(tag: str, before: str) -> bool:
    """As above, but a type says nothing."""
    return tag != "O" and (tag.startswith("B") or before == "O")


def entities(corpus: Corpus, begins: Starts = starts) -> set[tuple[int, int, int, str]]:
    """(sentence, first, last, type) of every entity."""
    found = set()
    for number, tags in enumerate(corpus):
        left = ["O", *tags]
        for first, tag in enumerate(tags):
            if begins(tag, left[first]):
                last = first
                while last + 1 < len(tags) and tags[last + 1] != "O" and not begins(tags[last + 1], tags[last]):
                    last += 1
                found.add((number, first, last, kind(tag)))
    return found


def ratios(hits: int, predicted: int, gold: int) -> Scores:
    """Precision, recall and their harmonic mean, where 0/0 is 0."""
    precision, recall = hits / max(1, predicted), hits / max(1, gold)
    return precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0


def definition(predicted: Corpus, gold: Corpus) -> Scores:
    """An entity is found if sentence, first word, last word and type are right."""
    found, there = entities(predicted), entities(gold)
    return ratios(len(found & there), len(found), len(there))


def varied(begins: Starts = starts, typed: bool = True) -> Callable[[Corpus, Corpus], Scores]:
    """Another idea of where an entity begins, or of when two are the same."""

    def version(predicted: Corpus, gold: Corpus) -> Scores:
        found, there = (
            {entity if typed else entity[:3] for entity in entities(corpus, begins)} for corpus in (predicted, gold)
        )
        return ratios(len(found & there), len(found), len(there))

    return version


def pairs(predicted: Corpus, gold: Corpus) -> list[tuple[str, str]]:
    """All tags, as predicted and as they should be."""
    return [pair for found, there in zip(predicted, gold, strict=True) for pair in zip(found, there, strict=True)]


def of_tokens(counts: Callable[[str], bool]) -> Callable[[Corpus, Corpus], Scores]:
    """Precision and recall over single tags, of those that count."""

    def version(predicted: Corpus, gold: Corpus) -> Scores:
        tags = pairs(predicted, gold)
        hits = sum(found == there and counts(there) for found, there in tags)
        return ratios(hits, sum(counts(found) for found, _ in tags), sum(counts(there) for _, there in tags))

    return version


def accuracy_first(predicted: Corpus, gold: Corpus) -> tuple[float, None, None]:
    """The share of right tags, whatever follows it."""
    tags = pairs(predicted, gold)
    return sum(found == there for found, there in tags) / len(tags), None, None


def scores(*names: str, hint: str) -> Check:
    """Three numbers that are the definition's."""

    def check(trial: Trial) -> None:
        for name in names:
            predicted, gold = trial.calls[name].args
            told = f"{hint} The call was entity_f1(predicted={predicted}, gold={gold})."
            found = expect.items(trial.result(name), PARTS, told)
            for what, actual, expected in zip(PARTS, found, trial.expected(name), strict=True):
                expect.number(actual, what=what, expected=expected, hint=told, rtol=1e-5)

    return check


def leaves_the_tags_alone(trial: Trial) -> None:
    """Neither corpus is another one afterwards."""
    for name in ("some_found", "stray_inside"):
        before: Sequence[Corpus] = trial.calls[name].args
        for what, old, new in zip(("predicted", "gold"), before, trial.look_back(name).args, strict=False):
            expect.equal(new, old, what=f"{what} after the call", hint="Work on copies of the lists.")


COMPONENT = Component(
    name="entity_f1",
    draw=draw,
    oracle=definition,
    returns=PARTS,
    properties=(
        Property(
            "is_one_for_a_perfect_prediction",
            1,
            scores("perfect", hint="(precision, recall, f1), each from 0 to 1."),
        ),
        Property(
            "counts_entities_found_among_the_predicted_and_among_the_true_ones",
            2,
            scores(
                *PARTLY,
                hint="precision = entities found / entities predicted, recall = entities found / entities in gold, f1 "
                "= their harmonic mean; all sentences together.",
            ),
            needs=("is_one_for_a_perfect_prediction",),
        ),
        Property(
            "takes_only_exact_entities",
            2,
            scores(*EXACT, *TYPED, hint="An entity is found if its first word, its last word and its type are right."),
            needs=("is_one_for_a_perfect_prediction",),
        ),
        Property(
            "begins_an_entity_at_every_b_and_at_a_stray_i",
            2,
            scores(
                *NEIGHBOURS,
                *STRAY,
                hint="B- begins an entity even right after another one; so does an I- with no entity of its type "
                "before it.",
            ),
            needs=("is_one_for_a_perfect_prediction",),
        ),
        Property(
            "is_zero_where_nothing_can_be_divided",
            1,
            scores(*NOTHING, hint="0/0 = 0: nothing predicted, nothing there, or neither."),
            needs=("is_one_for_a_perfect_prediction",),
        ),
        Property(
            "scores_a_whole_corpus",
            1,
            scores(*CORPORA, hint="Entities are counted over all sentences; the sentence is part of where one is."),
            needs=(
                "counts_entities_found_among_the_predicted_and_among_the_true_ones",
                "takes_only_exact_entities",
                "begins_an_entity_at_every_b_and_at_a_stray_i",
            ),
        ),
        Property("leaves_its_inputs_alone", 1, leaves_the_tags_alone, needs=("is_one_for_a_perfect_prediction",)),
    ),
    mistakes=(
        Mistake(
            "token-accuracy",
            "Single tags are counted. Nine of ten words are O, so a model that finds nothing looks excellent; and half "
            "a name isn't a name. Collect the entities on both sides first, and count those.",
            (accuracy_first, of_tokens(lambda tag: True), of_tokens(lambda tag: tag != "O")),
            calls=(*PARTLY, *EXACT, *TYPED),
        ),
        Mistake(
            "type-ignored",
            "An entity of the wrong type counts as found. A person isn't a place: first word, last word and type must "
            "all be right.",
            (varied(typed=False), varied(whatever_the_type, typed=False), varied(whatever_the_type)),
            calls=(*PARTLY, *EXACT, *TYPED, *NEIGHBOURS, "stray_inside", "type_changes_inside"),
        ),
        Mistake(
            "adjacent-merged",
            "Two entities side by side become one. That is what B- is for: ['B-PER', 'B-PER'] are two persons, "
            "['B-PER', 'I-PER'] is one.",
            (varied(never_at_a_neighbour), varied(lambda tag, before: tag != "O" and before == "O")),
            calls=(*PARTLY, *EXACT, *NEIGHBOURS),
        ),
    ),
)
