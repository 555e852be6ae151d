"""The padding mask against a loop over the ids."""

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.trial import Trial


def draw(draw: Draw) -> dict[str, Call]:
    """Ragged batches with padding id 0 and with another, padded behind, in front or not at all; one sentence."""
    batch, length = draw.sizes(2, 3, 7)
    pad_id = draw.size(2, 6)

    def ragged(pad: int) -> Tensor:
        ids = draw.ids(batch, length, low=7, high=50)
        keep = torch.arange(length) < draw.lengths(batch, length)[:, None]
        return torch.where(keep, ids, torch.tensor(pad))

    return {
        "padded_with_zero": Call((ragged(0), 0)),
        "padded_with_another": Call((ragged(pad_id), pad_id)),
        "words_on_both_sides": Call((with_small_ids(ragged(pad_id), pad_id), pad_id)),
        "unpadded": Call((draw.ids(batch, length, low=7, high=50), 0)),
        "padded_in_front": Call((ragged(pad_id).flip(1), pad_id)),
        "one_sentence": Call((ragged(pad_id)[:1], pad_id)),
    }


def with_small_ids(ids: Tensor, pad_id: int) -> Tensor:
    """The same batch with a first column of words whose ids are 0 and others below the padding's."""
    return torch.cat([torch.arange(len(ids))[:, None] % pad_id, ids[:, 1:]], dim=1)


def loop(ids: Tensor, pad_id: int) -> Tensor:
    """True at each real token, one query axis and one head axis of size 1."""
    return torch.tensor([[[[token != pad_id for token in row]]] for row in ids.tolist()])


def shows_right_tokens_in_wrong_shape(trial: Trial) -> bool:
    """The tokens are right once axes of size 1 are dropped, or the same row is written out for every query."""
    mask, right = trial.result("padded_with_another"), trial.expected("padded_with_another")
    if not isinstance(mask, Tensor) or mask.dtype != torch.bool or mask.shape == right.shape:
        return False
    if mask.dim() in (3, 4) and mask.shape[-2] == mask.shape[-1]:
        mask = mask.select(-2, 0) if bool((mask == mask.narrow(-2, 0, 1)).all()) else mask
    return tuple(mask.shape) != (right.shape[0], 1, right.shape[-1], 1) and torch.equal(mask.squeeze(), right.squeeze())


def queries_too(ids: Tensor, pad_id: int) -> Tensor:
    """Padding masked as key and as query."""
    keys = loop(ids, pad_id)
    return keys & keys.mT


CALLS = (
    "padded_with_zero",
    "padded_with_another",
    "words_on_both_sides",
    "unpadded",
    "padded_in_front",
    "one_sentence",
)

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
            shown_by=shows_right_tokens_in_wrong_shape,
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
