"""Labels of words on their pieces against a look at each piece's neighbour to the left."""

from collections.abc import Callable

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import Check
from autograder.judging.trial import Trial

Labels = list[int]
WordIds = list[int | None]
NONE = -100
WHOLE = ("whole_words", "one_word")
SPLIT = ("split_words", "same_labels", "longest_words")
SPECIAL = (*WHOLE, *SPLIT, "cut_off", "a_word_without_pieces", "padded")


def draw(draw: Draw) -> dict[str, Call]:
    """Whole words, words in pieces, neighbours with the same label, words cut off, lost words, padding."""
    count = draw.size(4, 7)

    def labels(high: int = 6) -> Labels:
        found: Labels = draw.ids(count, low=1, high=high).tolist()
        found[draw.size(1, count - 1)] = 0
        return found

    def pieces(low: int, high: int, words: int = count) -> list[int]:
        return [word for word in range(words) for _ in range(draw.size(low, high))]

    split = [*pieces(1, 3, 1), *[1, 1], *[word for word in range(2, count) for _ in range(draw.size(1, 3))]]
    return {
        "whole_words": Call((labels(), [None, *range(count), None])),
        "one_word": Call(([draw.size(1, 5)], [None, 0, None])),
        "split_words": Call((labels(), [None, *split, None])),
        "same_labels": Call(([3] * count, [None, *split, None])),
        "longest_words": Call((labels(), [None, *pieces(3, 5), None])),
        "cut_off": Call((labels(), [None, *pieces(1, 2, count - 1), None])),
        "a_word_without_pieces": Call((labels(), [None, 0, *[w for w in pieces(2, 2) if w > 1], None])),
        "padded": Call((labels(), [None, *split, None, None, None])),
        "no_specials": Call((labels(), split)),
        "nothing_but_specials": Call((labels(), [None, None])),
    }


def loop(word_labels: Labels, word_ids: WordIds) -> Labels:
    """A piece has its word's label if the piece to its left is of another word."""
    left = [None, *word_ids[:-1]]
    return [
        NONE if word is None or word == before else word_labels[word]
        for word, before in zip(word_ids, left, strict=True)
    ]


def labels(*names: str, hint: str) -> Check:
    """The labels are the loop's."""

    def check(trial: Trial) -> None:
        for name in names:
            told = f"{hint} The call was {trial.describe(name)}."
            expect.equal(trial.result(name), trial.expected(name), what="the labels", hint=told)

    return check


def leaves_the_lists_alone(trial: Trial) -> None:
    """Neither list is another one afterwards."""
    for name in ("split_words", "padded"):
        before, after = trial.calls[name].args, trial.look_back(name).args
        for what, old, new in zip(("word_labels", "word_ids"), before, after, strict=False):
            expect.equal(new, old, what=f"{what} after the call", hint="Make a new list.")


def shows(of_a_piece: Callable[[int, int, bool], bool], of_a_special: Callable[[int], bool]) -> Callable[[Trial], bool]:
    """Whether every piece's label, its word's label and whether it is the first one fit, and every special's."""

    def shown(trial: Trial) -> bool:
        return all(
            len(found) == len(trial.calls[name].args[1]) and all(_fits(trial, name, i, int(x)) for i, x in found)
            for name in ("split_words", "longest_words", "cut_off")
            for found in (list(enumerate(trial.result(name))),)
        )

    def _fits(trial: Trial, name: str, place: int, label: int) -> bool:
        word_labels, word_ids = trial.calls[name].args
        word = word_ids[place]
        if word is None:
            return of_a_special(label)
        return of_a_piece(label, word_labels[word], place == word_ids.index(word))

    return shown


COMPONENT = Component(
    name="align_labels",
    draw=draw,
    oracle=loop,
    returns=("the labels",),
    properties=(
        Property(
            "labels_whole_words_and_nothing_else",
            1,
            labels(*WHOLE, hint="One label for every piece, -100 for the pieces that belong to no word (None)."),
        ),
        Property(
            "labels_the_first_piece_of_every_word",
            2,
            labels(*SPLIT, "padded", hint="A word of three pieces gets its label, then -100, -100."),
            needs=("labels_whole_words_and_nothing_else",),
        ),
        Property(
            "goes_by_the_numbers_of_the_words",
            1,
            labels(
                "cut_off",
                "a_word_without_pieces",
                "no_specials",
                "nothing_but_specials",
                hint="word_ids says which word a piece is of; words may be cut off or have no piece at all, so that "
                "counting them as they come isn't enough.",
            ),
            needs=("labels_the_first_piece_of_every_word",),
        ),
        Property("leaves_its_inputs_alone", 1, leaves_the_lists_alone, needs=("labels_whole_words_and_nothing_else",)),
    ),
    mistakes=(
        Mistake(
            "label-on-every-piece",
            "Every piece of a word has the word's label, so that a word of four pieces counts four times in the loss "
            "and in the score. Only the first piece speaks for the word; the others get -100, which the loss skips.",
            shown_by=shows(lambda label, right, first: label == right, lambda label: label == NONE),
        ),
        Mistake(
            "specials-labelled",
            "[CLS], [SEP] or padding have a label that counts. They are no words (their entry in word_ids is None), "
            "so nothing can be right or wrong about them: -100.",
            shown_by=shows(
                lambda label, right, first: label == (right if first else NONE), lambda label: label != NONE
            ),
        ),
    ),
)
