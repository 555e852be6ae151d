"""The padding mask against a loop over the ids."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, has_the_right_form, leaves_its_inputs_alone


def draw(draw: Draw) -> dict[str, Call]:
    """Ragged batches with padding id 0 and with another; one batch without any padding."""
    batch, length = draw.sizes(2, 3, 7)
    pad_id = draw.size(2, 6)

    def ragged(pad: int) -> Tensor:
        ids = draw.ids(batch, length, low=7, high=50)
        keep = torch.arange(length) < draw.lengths(batch, length)[:, None]
        return torch.where(keep, ids, torch.tensor(pad))

    return {
        "padded_with_zero": Call((ragged(0), 0)),
        "padded_with_another": Call((ragged(pad_id), pad_id)),
        "zero_is_a_word": Call((torch.where(ragged(pad_id) > 40, 0, ragged(pad_id)), pad_id)),
        "unpadded": Call((draw.ids(batch, length, low=7, high=50), 0)),
    }


def loop(ids: Tensor, pad_id: int) -> Tensor:
    """True at each real token, one query axis and one head axis of size 1."""
    return torch.tensor([[[[token != pad_id for token in row]]] for row in ids.tolist()])


def reshaped(shape: Callable[[int, int], tuple[int, ...]]) -> Callable[[Tensor, int], Tensor]:
    """The right values in another shape."""
    return lambda ids, pad_id: loop(ids, pad_id).reshape(shape(*ids.shape))


def queries_too(ids: Tensor, pad_id: int) -> Tensor:
    """Padding masked as key and as query."""
    keys = loop(ids, pad_id)
    return keys & keys.mT


CALLS = ("padded_with_zero", "padded_with_another", "zero_is_a_word", "unpadded")

COMPONENT = Component(
    name="padding_mask",
    draw=draw,
    oracle=loop,
    returns=("the mask",),
    properties=(
        Property(
            "is_boolean_and_broadcasts_over_heads_and_queries",
            1,
            has_the_right_form(*CALLS, hint="(B, 1, 1, T) lines up with scores (B, H, T_q, T_k)."),
        ),
        Property(
            "is_true_at_the_real_tokens",
            2,
            agrees(*CALLS),
            needs=("is_boolean_and_broadcasts_over_heads_and_queries",),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("padded_with_another"),
            needs=("is_true_at_the_real_tokens",),
        ),
    ),
    mistakes=(
        Mistake(
            "mask-inverted",
            "True marks the padding. In this course True means *may attend*, that is, a real token. (PyTorch's "
            "key_padding_mask is the opposite.)",
            (lambda ids, pad_id: ~loop(ids, pad_id),),
        ),
        Mistake(
            "wrong-shape",
            "The right tokens in the wrong shape. Scores are (B, H, T_q, T_k): line your mask's axes up with these "
            "four from the right; the key axis comes last, and heads and queries are axes of size 1.",
            (
                reshaped(lambda b, t: (b, t)),
                reshaped(lambda b, t: (b, 1, t)),
                reshaped(lambda b, t: (b, t, 1)),
                reshaped(lambda b, t: (1, b, 1, t)),
                reshaped(lambda b, t: (1, 1, b, t)),
                lambda ids, pad_id: loop(ids, pad_id).expand(-1, 1, ids.shape[1], -1),
                lambda ids, pad_id: loop(ids, pad_id)[:, 0].expand(-1, ids.shape[1], -1),
            ),
        ),
        Mistake(
            "masks-queries",
            "The mask depends on the query's position. A padding mask hides *keys*: what a padded query attends to "
            "doesn't matter, nobody reads its output, and masking it makes rows with nothing to attend to.",
            (
                lambda ids, pad_id: loop(ids, pad_id).mT,
                queries_too,
                lambda ids, pad_id: queries_too(ids, pad_id)[:, 0],
                lambda ids, pad_id: loop(ids, pad_id).mT.expand(-1, 1, -1, ids.shape[1]),
            ),
        ),
    ),
)
