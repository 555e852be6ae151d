"""A batch from examples of different lengths against a loop over its entries."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check
from autograder.judging.trial import Trial

KEYS = ("ids", "mask", "labels")
RAGGED = ("longest_first", "longest_last", "tensors", "another_padding")
CALLS = (*RAGGED, "one_example", "one_length", "mixed")
IGNORED = -100


def draw(draw: Draw) -> dict[str, Call]:
    """Lists and tensors, ragged and not; the longest first and last; another id for padding."""
    short, middle, long = sorted(draw.sizes(3, 2, 9))
    pad = draw.size(50, 99)

    def example(length: int, tensors: bool = False) -> dict[str, Any]:
        ids, labels = draw.ids(length, low=5, high=50), draw.ids(length, low=1, high=6)
        labels[draw.ids(1, high=length)] = draw.choice([0, IGNORED])
        return {"ids": ids if tensors else ids.tolist(), "labels": labels if tensors else labels.tolist()}

    def batch(*lengths: int, tensors: bool = False) -> list[dict[str, Any]]:
        return [example(length, tensors) for length in lengths]

    return {
        "longest_first": Call((batch(long, short, 1, middle), 0)),
        "longest_last": Call((batch(middle, 1, long), 0)),
        "tensors": Call((batch(short, long, middle, tensors=True), 0)),
        "another_padding": Call((batch(middle, long, short), pad)),
        "one_example": Call((batch(middle), 0)),
        "one_length": Call((batch(short, short, tensors=True), pad)),
        "mixed": Call((batch(short, long) + batch(middle, tensors=True), pad)),
    }


def loop(batch: list[dict[str, Any]], pad_id: int) -> dict[str, Tensor]:
    """Entry by entry: what the example has there, or else the padding."""
    rows = [{key: list(map(int, values)) for key, values in example.items()} for example in batch]
    width = range(max(len(row["ids"]) for row in rows))

    def filled(key: str, padding: int) -> Tensor:
        return torch.tensor([[row[key][t] if t < len(row[key]) else padding for t in width] for row in rows])

    mask = torch.tensor([[t < len(row["ids"]) for t in width] for row in rows])
    return {"ids": filled("ids", pad_id), "mask": mask, "labels": filled("labels", IGNORED)}


def part_agrees(key: str, *names: str, hint: str) -> Check:
    """One of the tensors is the loop's."""

    def check(trial: Trial) -> None:
        for name in names:
            told = f"{hint} The call was {trial.describe(name)}."
            found, right = part(trial, name, key), trial.expected(name)[key]
            if right.dtype == torch.bool:
                expect.tensor(found, what=key, shape=right.shape, dtype=right.dtype, hint=told)
            expect.close(found, right, what=key, hint=told)

    return check


def part(trial: Trial, name: str, key: str) -> Any:
    """One of the returned tensors."""
    found = trial.result(name)
    if not isinstance(found, dict) or key not in found:
        actual = f"a dict with {', '.join(map(str, found))}" if isinstance(found, dict) else expect.describe(found)
        raise Mismatch(what="the batch", expected=f"a dict with {', '.join(KEYS)}", actual=actual)
    return found[key]


def leaves_the_examples_alone(trial: Trial) -> None:
    """Every example is what it was."""
    for name in ("longest_first", "tensors"):
        before, after = trial.calls[name].args[0], trial.look_back(name).args[0]
        for old, new in zip(before, after, strict=True):
            for key, values in old.items():
                what = f"the {key} of an example after the call"
                hint = "+= and extend write into the list that is there: an example is used again in the next epoch."
                expect.equal(new.get(key), values, what=what, hint=hint)


def filled_labels(padding: Callable[[int], int]) -> Callable[[Trial], bool]:
    """Whether the labels are right but for the padding."""

    def shown(trial: Trial) -> bool:
        return all(
            torch.equal(part(trial, name, "labels"), right["labels"].where(right["mask"], padding(pad_id)))
            for name in RAGGED
            for right, pad_id in ((trial.expected(name), trial.calls[name].args[1]),)
        )

    return shown


def has_no_mask(trial: Trial) -> bool:
    """There is no mask, or it is True everywhere."""
    for name in RAGGED:
        found = trial.result(name)
        mask = found.get("mask")
        if "ids" not in found or not (mask is None or bool(torch.as_tensor(mask).bool().all())):
            return False
    return True


def is_wider_than_its_batch(trial: Trial) -> bool:
    """A batch has columns in which there is only padding, after all that should be there."""
    wider = False
    for name in CALLS:
        found, right = part(trial, name, "ids"), trial.expected(name)["ids"]
        width = right.shape[1]
        if not torch.equal(found[:, :width], right):
            return False
        wider = wider or found.shape[1] > width
    return wider


COMPONENT = Component(
    name="collate",
    draw=draw,
    oracle=loop,
    returns=("the batch",),
    properties=(
        Property(
            "pads_the_ids_to_the_longest_of_the_batch",
            2,
            part_agrees("ids", *CALLS, hint="An int64 tensor (B, T): example b in row b from the left, then pad_id."),
        ),
        Property(
            "masks_the_padding",
            1,
            part_agrees("mask", *CALLS, hint="A boolean tensor (B, T), True at real tokens."),
        ),
        Property(
            "pads_the_labels_with_what_the_loss_ignores",
            1,
            part_agrees("labels", *CALLS, hint="An int64 tensor (B, T): the labels, then -100."),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_the_examples_alone,
            needs=("pads_the_ids_to_the_longest_of_the_batch",),
        ),
    ),
    mistakes=(
        Mistake(
            "labels-padded-with-zero",
            "The labels are padded with a class (0, or pad_id): the model is trained to predict it at every padded "
            "position. -100 is what the loss skips.",
            shown_by=lambda trial: (
                filled_labels(lambda pad_id: 0)(trial) or filled_labels(lambda pad_id: pad_id)(trial)
            ),
        ),
        Mistake(
            "mask-missing",
            "Nothing says which tokens are padding: there is no mask, or it is True everywhere. Then the real tokens "
            "attend to the padding, and the result depends on what else is in the batch.",
            shown_by=has_no_mask,
        ),
        Mistake(
            "global-maximum",
            "The batch is wider than its longest example. Attention costs the square of the width: padding to a fixed "
            "length, or to the longest example ever seen, pays for nothing. What is the longest of this batch?",
            shown_by=is_wider_than_its_batch,
        ),
    ),
)
