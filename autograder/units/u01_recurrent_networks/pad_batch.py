"""A padded batch against a loop over its entries."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import Check, agrees, compare, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.subject import StudentError
from autograder.judging.trial import Trial
from autograder.units.u01_recurrent_networks.truth import FORBIDDEN

PARTS = ("ids", "lengths")
RAGGED = ("longest_first", "longest_between", "longest_last", "another_padding", "negative_padding")
CALLS = (*RAGGED, "one_sequence", "all_of_one_length", "one_token_each")


def draw(draw: Draw) -> dict[str, Call]:
    """Ragged batches with the longest sequence at every place; paddings 0, another and negative; nothing to pad."""
    short, middle, long = sorted(draw.sizes(3, 2, 9))

    def ids(*lengths: int) -> list[Tensor]:
        return [draw.ids(length, low=3, high=50) for length in lengths]

    return {
        "longest_first": Call((ids(long, short, middle, 1),)),
        "longest_between": Call((ids(middle, 1, long, long, short),)),
        "longest_last": Call((ids(short, middle, long),)),
        "another_padding": Call((ids(middle, long, short), draw.size(50, 99))),
        "negative_padding": Call((ids(short, long, 1),), {"pad_id": -1}),
        "one_sequence": Call((ids(middle),)),
        "all_of_one_length": Call((ids(long, long, long),)),
        "one_token_each": Call((ids(1, 1),)),
        "words_like_padding": Call((with_padding_inside(ids(middle, long, short), 0), 0)),
    }


def with_padding_inside(sequences: list[Tensor], pad_id: int) -> list[Tensor]:
    """The same sequences with a word at their ends whose id happens to be the padding's."""
    return [torch.where(torch.arange(len(s)) == len(s) - 1, pad_id, s) for s in sequences]


def loop(sequences: list[Tensor], pad_id: int = 0) -> tuple[Tensor, Tensor]:
    """Entry by entry: the token where there is one, otherwise the padding."""
    lists = [sequence.tolist() for sequence in sequences]
    lengths = list(map(len, lists))
    entries = [[row[t] if t < len(row) else pad_id for t in range(max(lengths))] for row in lists]
    return torch.tensor(entries), torch.tensor(lengths)


def padded_left(sequences: list[Tensor], pad_id: int = 0) -> tuple[Tensor, Tensor]:
    """The same from the other end."""
    mirrored, lengths = loop([sequence.flip(0) for sequence in sequences], pad_id)
    return mirrored.flip(1), lengths


def counting(count: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., tuple[Tensor, Tensor]]:
    """The right ids with other lengths, made from the ids and the right lengths."""

    def wrong(sequences: list[Tensor], pad_id: int = 0) -> tuple[Tensor, Tensor]:
        ids, lengths = loop(sequences, pad_id)
        return ids, count(ids, lengths)

    return wrong


def part_agrees(index: int, *names: str, hint: str) -> Check:
    """One part of the value, the ids or the lengths, equals the loop's on the named calls."""

    def check(trial: Trial) -> None:
        for name in names:
            found = expect.items(trial.result(name), PARTS)[index]
            told = f"{hint} The call was {trial.describe(name)}."
            compare(found, trial.expected(name)[index], what=PARTS[index], hint=told)

    return check


def shows_truncation(trial: Trial) -> bool:
    """Every row is right as far as it goes, or is a sequence's end, and some rows don't go far enough."""
    answered = [name for name in RAGGED if _answers(trial, name)]
    cut = [trial.result(name)[0].shape[1] < trial.expected(name)[0].shape[1] for name in answered]
    return any(cut) and all(_is_right_as_far_as_it_goes(trial, name) for name in answered)


def _answers(trial: Trial, name: str) -> bool:
    try:
        trial.result(name)
    except StudentError:
        return False
    return True


def _is_right_as_far_as_it_goes(trial: Trial, name: str) -> bool:
    ids, call = trial.result(name)[0], trial.calls[name]
    width = ids.shape[1]
    ends = loop([sequence[-width:] for sequence in call.args[0]], *call.args[1:], **call.kwargs)[0]
    return _begins_alike(ids, trial.expected(name)[0]) or _begins_alike(ids, ends)


def _begins_alike(ids: Tensor, right: Tensor) -> bool:
    common = min(ids.shape[1], right.shape[1])
    return torch.equal(ids[:, :common], right[:, :common])


COMPONENT = Component(
    name="pad_batch",
    draw=draw,
    oracle=loop,
    returns=PARTS,
    forbidden=FORBIDDEN,
    properties=(
        Property(
            "returns_ids_and_lengths_of_the_right_shape",
            1,
            has_the_right_form(*CALLS, hint="ids (B, T_max) and lengths (B,) are int64 tensors."),
        ),
        Property(
            "pads_on_the_right_up_to_the_longest_sequence",
            2,
            part_agrees(0, *CALLS, hint="Sequence b fills row b from the left; what is left over is pad_id."),
            needs=("returns_ids_and_lengths_of_the_right_shape",),
        ),
        Property(
            "tells_how_long_each_sequence_is",
            1,
            part_agrees(1, *CALLS, hint="A sequence's length doesn't depend on the others."),
            needs=("returns_ids_and_lengths_of_the_right_shape",),
        ),
        Property(
            "takes_every_id_for_a_token_whatever_the_padding",
            1,
            agrees(
                "words_like_padding",
                hint="A sequence's length is the number of ids that came in; one of them may equal pad_id.",
            ),
            needs=("pads_on_the_right_up_to_the_longest_sequence", "tells_how_long_each_sequence_is"),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("longest_between"),
            needs=("returns_ids_and_lengths_of_the_right_shape",),
        ),
    ),
    mistakes=(
        Mistake(
            "left-padding",
            "The padding comes first. Here it comes last (right padding): row b begins with its sequence's first "
            "token, so that position t means the same in every row.",
            (padded_left,),
            calls=RAGGED,
        ),
        Mistake(
            "truncates",
            "Tokens are lost: the batch is narrower than its longest sequence. Call your function with a short "
            "sequence first and a long one second, then the other way round, and count the tokens that arrive.",
            shown_by=shows_truncation,
        ),
        Mistake(
            "length-counts-padding",
            "The lengths count the padding. They are there to tell real tokens from padding, so each is its own "
            "sequence's length, not the width of the batch.",
            (
                counting(lambda ids, lengths: torch.full_like(lengths, ids.shape[1])),
                counting(lambda ids, lengths: ids.shape[1] - lengths),
            ),
            calls=RAGGED,
        ),
    ),
)
