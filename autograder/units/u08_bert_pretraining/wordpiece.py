"""WordPiece against brute force over all ways to cut a word (Schuster and Nakajima 2012; Wu et al. 2016)."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from autograder.judging import expect
from autograder.judging.component import Call, Component, Given, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check
from autograder.judging.trial import Trial

SET = "autograder.judging.fixtures.set_of"
PREFIX = "##"
WHOLE = ("whole_word", "one_letter")
CUT = ("cut", "cut_again", "cut_in_letters", "as_a_set")
UNKNOWN = ("unknown_letter", "only_inside", "only_outside", "capital", "empty_vocabulary")
PARTLY = ("stuck_at_the_end", "stuck_in_the_middle", "stuck_though_cuttable")
OTHER = ("other_unknown", "other_unknown_unused")

Words = Collection[str]
Pieces = list[str]


def draw(draw: Draw) -> dict[str, Call]:
    """Words of four letters of which the vocabulary has many parts, so that nearly every rule cuts otherwise."""
    letters = draw.random.sample("abcdefghklmnoprstu", 5)
    a, b, c, d, strange = letters

    def text(length: int) -> str:
        return "".join(draw.choice((a, b, c, d)) for _ in range(length))

    def vocabulary(*more: str) -> list[str]:
        """All letters, at the beginning and inside, and what is asked for, in no order."""
        single = [a, b, c, d, *(PREFIX + letter for letter in (a, b, c, d))]
        words = ["[UNK]", "[CLS]", *dict.fromkeys((*single, *more))]
        draw.random.shuffle(words)
        return words

    def cut() -> tuple[str, list[str]]:
        """A word of three long pieces, of which the vocabulary has the later ones at the beginning, too."""
        while True:
            parts = text(3), text(2), text(2)
            word = "".join(parts)
            bare = (parts[1], parts[1] + parts[2], parts[2])
            words = vocabulary(parts[0], word[:2], *(PREFIX + part for part in parts[1:]), *bare, word + a)
            if brute_force()(word, words) == [parts[0], PREFIX + parts[1], PREFIX + parts[2]]:
                return word, words

    word, words = cut()
    other, other_words = cut()
    letters_only = text(4)
    third, third_words = cut()
    beginning, inside = text(3), text(2)
    return {
        "whole_word": Call((word, ids([*words, word]))),
        "one_letter": Call((b, ids(words))),
        "cut": Call((word, ids(words))),
        "cut_again": Call((other, ids(other_words))),
        "cut_in_letters": Call((letters_only, ids(vocabulary()))),
        "as_a_set": Call((third, Given(SET, (third_words,)))),
        "unknown_letter": Call((strange, ids(words))),
        "only_inside": Call((a + b, ids([PREFIX + a, PREFIX + b, PREFIX + a + b, b, "[UNK]"]))),
        "only_outside": Call((a + b + c, ids([a, b, c, b + c, PREFIX + c, "[UNK]"]))),
        "capital": Call((word[0].upper() + word[1:], ids(words))),
        "empty_vocabulary": Call((word, {})),
        "stuck_at_the_end": Call((word + strange, ids(words))),
        "stuck_in_the_middle": Call((word[:5] + strange + word[5:], ids(words))),
        "stuck_though_cuttable": Call(
            (
                beginning + inside + strange,
                ids([beginning[:2], beginning, beginning + inside, PREFIX + beginning[2:] + inside + strange]),
            )
        ),
        "other_unknown": Call((word + strange, ids(words)), {"unknown": "<oov>"}),
        "other_unknown_unused": Call((other, ids(other_words), "<oov>")),
    }


def ids(words: list[str]) -> dict[str, int]:
    """The words as a vocabulary that gives each its id."""
    return {word: index for index, word in enumerate(dict.fromkeys(words))}


def entries(vocabulary: Any) -> Words:
    """The words of a drawn vocabulary, whatever it is on the student's side."""
    return set(vocabulary.args[0]) if isinstance(vocabulary, Given) else vocabulary


def cuts(word: str) -> Iterator[list[tuple[int, int]]]:
    """Every way to cut a word into pieces, each from a place to a place."""
    for chosen in range(2 ** (len(word) - 1)):
        places = [0, *(i + 1 for i in range(len(word) - 1) if chosen >> i & 1), len(word)]
        yield list(zip(places, places[1:], strict=False))


def looked_up(word: str, start: int, end: int, prefix: str = PREFIX) -> str:
    """What the vocabulary must have of a piece."""
    return (prefix if start else "") + word[start:end]


def longest(ends: list[int]) -> int:
    """The last of the possible ends."""
    return ends[-1]


def shortest(ends: list[int]) -> int:
    """The first of the possible ends."""
    return ends[0]


def brute_force(
    prefix: str = PREFIX, shown: str = PREFIX, choose: Callable[[list[int]], int] = longest
) -> Callable[..., Pieces]:
    """Of all cuts the one in which every piece ends where it is chosen to among the entries that start there."""

    def pieces(word: str, vocabulary: Any, unknown: str = "[UNK]") -> Pieces:
        ends = ends_of(word, entries(vocabulary), prefix)
        for cut in cuts(word):
            if all(ends[start] and end == choose(ends[start]) for start, end in cut):
                return [looked_up(word, start, end, shown) for start, end in cut]
        return [unknown]

    return pieces


def ends_of(word: str, words: Words, prefix: str = PREFIX) -> list[list[int]]:
    """For every place of a word, where the entries end that begin there."""
    return [
        [end for end in range(start + 1, len(word) + 1) if looked_up(word, start, end, prefix) in words]
        for start in range(len(word))
    ]


def covered(word: str, vocabulary: Any) -> Pieces:
    """The pieces before the place at which no entry fits."""
    ends = ends_of(word, entries(vocabulary))
    for length in range(len(word), 0, -1):
        for cut in cuts(word[:length]):
            if all(ends[start] and end == ends[start][-1] for start, end in cut):
                return [looked_up(word, start, end) for start, end in cut]
    return []


def gives(*names: str, hint: str) -> Check:
    """A list of pieces, those of the brute force."""

    def check(trial: Trial) -> None:
        for name in names:
            found, told = trial.result(name), f"{hint} The call was {said(trial, name)}."
            if not isinstance(found, (list, tuple)) or not all(isinstance(piece, str) for piece in found):
                expected = "a list of pieces, each a string"
                raise Mismatch(what="the pieces", expected=expected, actual=expect.describe(found), hint=told)
            expect.equal(found, trial.expected(name), what="the pieces", hint=told)

    return check


def said(trial: Trial, name: str) -> str:
    """A drawn call with all that matters of its vocabulary."""
    call = trial.calls[name]
    word, vocabulary, *more = call.args
    letters = set(word)
    fitting = sorted(entry for entry in entries(vocabulary) if set(entry.removeprefix(PREFIX)) <= letters)
    kind = "a set" if isinstance(vocabulary, Given) else "a dict"
    options = "".join(f", unknown={unknown!r}" for unknown in (*more, *call.kwargs.values()))
    listed = ", ".join(fitting) if fitting else "nothing"
    return f"wordpiece({word!r}, vocabulary{options}), where the vocabulary, {kind}, has of these letters {listed}"


def leaves_the_vocabulary_alone(trial: Trial) -> None:
    """The vocabulary is what it was."""
    for name in ("cut", "stuck_in_the_middle"):
        before, after = trial.calls[name].args[1], trial.look_back(name).args[1]
        hint = "The vocabulary is only looked into."
        expect.equal(after, before, what="the vocabulary after the call", hint=hint)


def keeps_the_parts(trial: Trial) -> bool:
    """Whole words are right, and where no entry fits, the pieces found before that are still there."""
    if any(trial.result(name) != trial.expected(name) for name in (*WHOLE, *CUT)):
        return False
    for name in PARTLY:
        word, vocabulary = trial.calls[name].args
        begun, found = covered(word, vocabulary), trial.result(name)
        if not begun or list(found[: len(begun)]) != begun:
            return False
    return True


COMPONENT = Component(
    name="wordpiece",
    draw=draw,
    oracle=brute_force(),
    returns=("the pieces",),
    forbidden=("transformers.**", "tokenizers.**", "torchtext.**", "tensorflow_text.**", "keras_nlp.**"),
    properties=(
        Property(
            "keeps_a_word_that_the_vocabulary_has",
            1,
            gives(*WHOLE, hint="A word that is in the vocabulary, be it a single letter, is one piece: a list of one."),
        ),
        Property(
            "cuts_off_the_longest_piece_again_and_again",
            3,
            gives(
                *CUT,
                hint="From the left, each piece is the longest entry that fits; inside the word, an entry fits only "
                "with ## before it, and the piece is written with it.",
            ),
            needs=("keeps_a_word_that_the_vocabulary_has",),
        ),
        Property(
            "gives_up_a_word_that_it_cannot_begin_or_end",
            1,
            gives(
                *UNKNOWN,
                hint="The first piece stands without ##, every later one with it, and capitals are letters of their "
                "own; where nothing fits, the whole word is [UNK].",
            ),
            needs=("keeps_a_word_that_the_vocabulary_has",),
        ),
        Property(
            "gives_up_the_whole_word_if_a_part_is_unknown",
            2,
            gives(
                *PARTLY,
                hint="As soon as no entry fits, the whole word is [UNK], whatever was found before; a piece once "
                "taken isn't taken back.",
            ),
            needs=("cuts_off_the_longest_piece_again_and_again",),
        ),
        Property(
            "writes_unknown_as_it_is_told",
            1,
            gives(*OTHER, hint="What stands for an unknown word is the third argument."),
            needs=("gives_up_the_whole_word_if_a_part_is_unknown",),
        ),
        Property(
            "leaves_the_vocabulary_alone",
            1,
            leaves_the_vocabulary_alone,
            needs=("keeps_a_word_that_the_vocabulary_has",),
        ),
    ),
    mistakes=(
        Mistake(
            "shortest-match",
            "The shortest entry that fits is taken, so that words fall into letters. Try the whole rest of the word "
            "first and shorten it from the right until the vocabulary has it.",
            (brute_force(choose=shortest),),
            calls=CUT,
        ),
        Mistake(
            "no-continuation-prefix",
            "Pieces inside a word are looked up, or written, without ##. The vocabulary has “able”, a word, and "
            "“##able”, the end of one: which of the two does “unable” need, and which stands in your list?",
            (brute_force(prefix="", shown=""), brute_force(shown=""), brute_force(prefix="")),
            calls=CUT,
        ),
        Mistake(
            "partial-unknown",
            "Where no entry fits, the pieces that were found before are kept. They would be read as a word that isn't "
            "there: if any part of a word is unknown, all of it is.",
            shown_by=keeps_the_parts,
        ),
    ),
)
