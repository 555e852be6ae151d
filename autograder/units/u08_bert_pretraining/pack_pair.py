"""One or two texts between [CLS] and [SEP] against a table of what is kept (Devlin et al. 2019, figure 2)."""

from collections.abc import Callable
from typing import Any

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check
from autograder.judging.trial import Trial

Packed = tuple[list[int], list[int]]
Kept = Callable[[list[int], "list[int] | None", int], tuple[int, int]]

WHOLE_PAIRS = ("pair", "fits_exactly", "two_tokens")
WHOLE_SINGLES = ("single", "single_fits_exactly")
TOO_LONG = (
    "one_too_many_first_longer",
    "one_too_many_second_longer",
    "tie",
    "first_much_longer",
    "second_much_longer",
    "both_too_long",
    "both_too_long_and_even",
    "one_token_each",
)
SINGLES_TOO_LONG = ("single_too_long", "single_far_too_long", "nothing_left")
ALONE = ("tie", "second_much_longer", "first_much_longer", "one_too_many_first_longer")


def draw(draw: Draw) -> dict[str, Call]:
    """Texts without an id twice; [CLS] and [SEP] have any ids; what is too long is so by one token and by many."""
    cls_id, sep_id = draw.sizes(2, 0, 999)
    words = [word for word in range(1, 1000) if word not in (cls_id, sep_id)]

    def pair(first: int, second: int, room: int) -> Call:
        """Texts of these lengths where so many tokens have room beside [CLS] and twice [SEP]."""
        ids = draw.random.sample(words, first + second)
        return Call((ids[:first], ids[first:], cls_id, sep_id, room + 3))

    def single(length: int, room: int) -> Call:
        return Call((draw.random.sample(words, length), None, cls_id, sep_id, room + 2))

    long, short = draw.size(9, 12), draw.size(3, 5)
    return {
        "pair": pair(short, long, 40),
        "fits_exactly": pair(long, short, long + short),
        "two_tokens": pair(1, 1, 2),
        "single": single(long, 40),
        "single_fits_exactly": single(long, long),
        "one_too_many_first_longer": pair(long, short, long + short - 1),
        "one_too_many_second_longer": pair(short, long, long + short - 1),
        "tie": pair(long, long, 2 * long - 1),
        "first_much_longer": pair(long + 4, long, 2 * long + 1),
        "second_much_longer": pair(short, long, short + 2),
        "both_too_long": pair(long, long - 2, 7),
        "both_too_long_and_even": pair(long - 1, long, 6),
        "one_token_each": pair(short, long, 2),
        "single_too_long": single(long, long - 1),
        "single_far_too_long": single(long, 2),
        "nothing_left": single(short, 0),
    }


def longest_first(first: list[int], second: list[int] | None, room: int) -> tuple[int, int]:
    """How many tokens of each are kept: of all numbers that fit, those that leave the longer one as short as it can be.

    Whatever is longer loses tokens until both are equal; from there on the second is never the longer one.
    """
    whole, other = len(first), len(second or [])
    possible = [(a, b) for a in range(whole + 1) for b in range(other + 1) if a + b == min(room, whole + other)]
    return min(possible, key=lambda kept: (max(kept), -kept[0]))


def of_the_second(first: list[int], second: list[int] | None, room: int) -> tuple[int, int]:
    """All that is too long is taken from the second."""
    return len(first), max(0, room - len(first))


def packed(kept: Kept = longest_first) -> Callable[..., Packed]:
    """What stands in the table's two rows."""

    def pack(first: list[int], second: list[int] | None, cls_id: int, sep_id: int, max_length: int) -> Packed:
        a, b = kept(first, second, max_length - (2 if second is None else 3))
        rows = [(cls_id, 0), *((word, 0) for word in first[:a]), (sep_id, 0)]
        if second is not None:
            rows += [*((word, 1) for word in second[:b]), (sep_id, 1)]
        return [word for word, _ in rows], [segment for _, segment in rows]

    return pack


def gives(*names: str, hint: str) -> Check:
    """Two lists, those of the table."""

    def check(trial: Trial) -> None:
        for name in names:
            told = f"{hint} The call was {trial.describe(name)}."
            found = expect.items(trial.result(name), COMPONENT_RETURNS, told)
            for what, actual, expected in zip(COMPONENT_RETURNS, found, trial.expected(name), strict=True):
                if len(_listed(actual, what, told)) != len(expected):
                    there, should = f"{len(actual)} numbers, {actual}", f"{len(expected)} numbers, {expected}"
                    raise Mismatch(what=what, expected=should, actual=there, hint=told)
                expect.equal(actual, expected, what=what, hint=told)

    return check


COMPONENT_RETURNS = ("ids", "segments")


def _listed(value: Any, what: str, hint: str) -> list[int]:
    if not isinstance(value, list) or any(isinstance(item, bool) or not isinstance(item, int) for item in value):
        raise Mismatch(what=what, expected="a list of ints", actual=expect.describe(value), hint=hint)
    return value


def leaves_its_lists_alone(trial: Trial) -> None:
    """Neither list is shorter or longer afterwards."""
    for name in ("pair", "both_too_long", "second_much_longer", "single_far_too_long"):
        before, after = trial.calls[name].args, trial.look_back(name).args
        for what, old, new in zip(("first", "second"), before, after, strict=False):
            hint = "pop, append, del and += change the caller's own list: cut and join copies (x[:n], x + y)."
            expect.equal(new, old, what=f"{what} after the call", hint=hint)


def gives_a_separator_the_wrong_segment(trial: Trial) -> bool:
    """The ids are right, and the segments too, but for those of separators."""
    wrong = 0
    for name in (*WHOLE_PAIRS, *WHOLE_SINGLES, *TOO_LONG):
        (ids, segments), (right, own) = trial.result(name), trial.expected(name)
        at = [i for i, (found, expected) in enumerate(zip(segments, own, strict=True)) if found != expected]
        if ids != right or any(right[i] != trial.calls[name].args[3] for i in at):
            return False
        wrong += len(at)
    return wrong > 0


def is_too_long(trial: Trial) -> bool:
    """What needn't be shortened is right, and something else is longer than it may be."""
    if any(trial.result(name)[0] != trial.expected(name)[0] for name in ("pair", "single")):
        return False
    names = (*TOO_LONG, *SINGLES_TOO_LONG)
    return any(len(trial.result(name)[0]) > trial.calls[name].args[4] for name in names)


COMPONENT = Component(
    name="pack_pair",
    draw=draw,
    oracle=packed(),
    returns=COMPONENT_RETURNS,
    properties=(
        Property(
            "packs_one_text",
            1,
            gives(*WHOLE_SINGLES, hint="[CLS], the text, [SEP], all of segment 0."),
        ),
        Property(
            "packs_two_texts",
            2,
            gives(
                *WHOLE_PAIRS,
                hint="[CLS], the first, [SEP], the second, [SEP]. Segment 0 goes up to the first [SEP], which belongs "
                "to it; the rest is segment 1, its [SEP] included. What fits exactly isn't shortened.",
            ),
        ),
        Property(
            "shortens_one_text_to_what_fits",
            1,
            gives(*SINGLES_TOO_LONG, hint="[CLS] and [SEP] take two of max_length; the text loses tokens at its end."),
            needs=("packs_one_text",),
        ),
        Property(
            "shortens_the_longer_text_first",
            2,
            gives(
                *TOO_LONG,
                hint="While there is one token too many, the longer text loses its last one, on a tie the second "
                "text does; [CLS] and two [SEP] take three of max_length.",
            ),
            needs=("packs_two_texts",),
        ),
        Property("leaves_its_lists_alone", 1, leaves_its_lists_alone, needs=("packs_one_text", "packs_two_texts")),
    ),
    mistakes=(
        Mistake(
            "separator-segment",
            "A separator has the other text's segment. Each [SEP] ends a text and belongs to it: the one after the "
            "first text is still segment 0, the one after the second is segment 1.",
            shown_by=gives_a_separator_the_wrong_segment,
        ),
        Mistake(
            "truncates-second-only",
            "Only the second text is shortened. A long first text would leave nothing of it: the longer of the two "
            "loses tokens first, and only on a tie is it the second's turn.",
            (packed(of_the_second),),
            calls=ALONE,
        ),
        Mistake(
            "overlong",
            "There are more than max_length ids. [CLS] and [SEP] count: how many tokens are left for the texts if "
            "max_length is 10, for one text and for two?",
            shown_by=is_too_long,
        ),
    ),
)
