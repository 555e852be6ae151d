"""What the decoder reads and what it must predict, against a table filled in by hand."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.trial import Trial

CALLS = ("ragged", "all_shorter_than_the_batch_is_wide", "none_padded", "one_token", "one_sentence", "other_ids")
Pair = tuple[Tensor, Tensor]


def draw(draw: Draw) -> dict[str, Call]:
    """Ragged batches, also wider than their longest sentence, under special ids in any order and of any size."""
    batch, length = draw.sizes(2, 4, 8)
    lengths = draw.lengths(batch, length)
    short = draw.lengths(batch, length - 2)
    return {
        "ragged": call(draw, lengths, length),
        "all_shorter_than_the_batch_is_wide": call(draw, short, length),
        "none_padded": call(draw, torch.full((batch,), length), length),
        "one_token": call(draw, torch.ones(batch, dtype=torch.int64), 1),
        "one_sentence": call(draw, torch.tensor([length - 1]), length),
        "other_ids": call(draw, lengths.flip(0), length, highest=60),
    }


def call(draw: Draw, lengths: Tensor, width: int, highest: int = 2) -> Call:
    """Sentences without a word twice; BOS, EOS and PAD are among the ids up to ``highest``."""
    bos, eos, pad = draw.sizes(3, 0, highest)
    words = [word for word in range(70) if word not in (bos, eos, pad)]
    rows = [draw.random.sample(words, int(n)) + [pad] * (width - int(n)) for n in lengths]
    return Call((torch.tensor(rows), lengths, bos, eos, pad))


def table(targets: Tensor, lengths: Tensor, bos_id: int, eos_id: int, pad_id: int) -> Pair:
    """Both rows of each sentence written out as lists."""
    width = targets.shape[1] + 1
    sentences = [row[:n] for row, n in zip(targets.tolist(), lengths.tolist(), strict=True)]
    read = [([bos_id, *words] + width * [pad_id])[:width] for words in sentences]
    predicted = [([*words, eos_id] + width * [pad_id])[:width] for words in sentences]
    return torch.tensor(read), torch.tensor(predicted)


def shows_shift(places: int) -> Callable[[Trial], bool]:
    """Whether each word is read so many places to the right of where it is predicted."""

    def shown(trial: Trial) -> bool:
        call = trial.calls["ragged"]
        rows = zip(call.args[0].tolist(), call.args[1].tolist(), *lists(trial, "ragged"), strict=True)
        longer = [(words[:n], read, predicted) for words, n, read, predicted in rows if n >= 3]
        return all(place(read, words) - place(predicted, words) == places for words, read, predicted in longer)

    return shown


def lists(trial: Trial, name: str) -> tuple[list[list[int]], list[list[int]]]:
    """The student's pair as lists of lists."""
    read, predicted = trial.result(name)
    return read.tolist(), predicted.tolist()


def place(row: list[int], words: list[int]) -> int:
    """How far to the right of its place in the sentence most of a sentence stands in a row; ValueError if less does."""
    places = [row.index(word) - index for index, word in enumerate(words) if word in row]
    most = max(set(places), key=places.count)
    if 2 * places.count(most) < len(words):
        raise ValueError("the sentence isn't there")
    return most


def shows_lost_end(trial: Trial) -> bool:
    """The words are where they belong, and some labels have no EOS."""
    return in_place(trial, "ragged") and any(eos not in predicted for predicted, eos, _ in labels_of(trial, "ragged"))


def shows_end_after_padding(trial: Trial) -> bool:
    """The words are where they belong, and where a sentence is short, its EOS stands behind the padding."""
    rows = [(row, eos, pad) for row, eos, pad in labels_of(trial, "ragged") if eos in row and pad in row]
    return in_place(trial, "ragged") and any(row.index(pad) < row.index(eos) for row, eos, pad in rows)


def in_place(trial: Trial, name: str) -> bool:
    """Whether every word is read one place to the right of its place in the sentence, and predicted in its place."""
    call = trial.calls[name]
    rows = zip(call.args[0].tolist(), call.args[1].tolist(), *lists(trial, name), strict=True)
    return all(place(read, words[:n]) == 1 and place(predicted, words[:n]) == 0 for words, n, read, predicted in rows)


def labels_of(trial: Trial, name: str) -> list[tuple[list[int], int, int]]:
    """Each row of labels with the ids of EOS and PAD."""
    _, _, _, eos, pad = trial.calls[name].args
    return [(row, eos, pad) for row in lists(trial, name)[1]]


COMPONENT = Component(
    name="teacher_forcing_pair",
    draw=draw,
    oracle=table,
    returns=("decoder_input", "labels"),
    properties=(
        Property(
            "is_one_step_wider_than_the_targets",
            1,
            has_the_right_form(*CALLS, hint="Both are (B, T + 1), also where no sentence is T long."),
        ),
        Property(
            "reads_one_step_late_and_predicts_up_to_the_end",
            2,
            agrees(*CALLS, hint="The decoder reads BOS + y and must predict y + EOS, both padded on the right."),
            needs=("is_one_step_wider_than_the_targets",),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("ragged", "all_shorter_than_the_batch_is_wide"),
            needs=("is_one_step_wider_than_the_targets",),
        ),
    ),
    mistakes=(
        Mistake(
            "not-shifted",
            "The decoder reads each word in the step in which it must predict it, so it only learns to copy. Print "
            "one row of decoder_input above the same row of labels: what does the decoder know when it predicts the "
            "first word?",
            shown_by=shows_shift(0),
        ),
        Mistake(
            "shifted-twice",
            "Input and labels are two steps apart: having read a word, the decoder must predict the next but one. "
            "Shift one of the two only, by one step, and print them above each other.",
            shown_by=shows_shift(2),
        ),
        Mistake(
            "eos-lost",
            "There are sentences whose labels have no EOS, so the decoder never learns when to stop. Look at the "
            "longest sentence of a batch, too: that is why the width is T + 1.",
            shown_by=shows_lost_end,
        ),
        Mistake(
            "eos-after-padding",
            "EOS stands behind the padding instead of right after the last word. Sentences have different lengths: "
            "where does the one of length 2 end?",
            shown_by=shows_end_after_padding,
        ),
    ),
)
