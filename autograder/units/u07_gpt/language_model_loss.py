"""The loss of next-token prediction against PyTorch's cross-entropy."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone

CALLS = ("usual", "two_tokens", "one_sequence", "many_words")


def draw(draw: Draw) -> dict[str, Call]:
    """Batch, length and vocabulary all different; two tokens, of which one is predicted; scores of ten thousand."""
    batch, length, vocabulary = draw.sizes(3, 3, 8)

    def call(b: int, t: int, v: int = vocabulary, dtype: torch.dtype = torch.float32) -> Call:
        return Call((draw.normal(b, t, v, dtype=dtype, scale=2.0), draw.ids(b, t, high=v)))

    large = call(batch, length, dtype=torch.float64)
    return {
        "usual": call(batch, length),
        "two_tokens": call(batch, 2),
        "one_sequence": call(1, length),
        "many_words": call(2, 3, 11),
        "float64": call(batch, length, dtype=torch.float64),
        "large_scores": Call((large.args[0].clamp(-1, 1) * 1e4, large.args[1])),
    }


def pytorch(logits: Tensor, ids: Tensor) -> Tensor:
    """The mean over T − 1 predictions: the logits at position t against the token at t + 1."""
    return F.cross_entropy(logits[:, :-1].mT, ids[:, 1:])


def of_each(logits: Tensor, labels: Tensor) -> Tensor:
    """The mean over as many predictions as there are logits."""
    return F.cross_entropy(logits.mT, labels)


def last_against(filled: Callable[[Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    """The last position, which has no successor, is held against something else."""
    return lambda logits, ids: of_each(logits, torch.cat([ids[:, 1:], filled(ids)], dim=1))


def divided_by_all(logits: Tensor, ids: Tensor) -> Tensor:
    """The sum of T − 1 losses, divided by T."""
    return pytorch(logits, ids) * (ids.shape[1] - 1) / ids.shape[1]


COMPONENT = Component(
    name="language_model_loss",
    draw=draw,
    oracle=pytorch,
    returns=("the loss",),
    properties=(
        Property("is_one_number", 1, has_the_right_form(*CALLS, hint="A mean over the whole batch is a 0-d tensor.")),
        Property(
            "holds_every_position_against_the_next_token",
            3,
            agrees(
                *CALLS,
                "float64",
                hint="The logits at position t predict the token at t + 1, so that T tokens make T − 1 predictions; "
                "the mean is over all of them in the batch.",
            ),
            needs=("is_one_number",),
        ),
        Property(
            "stays_finite_for_large_scores",
            1,
            agrees("large_scores", hint="Take the logarithm of the softmax in one step, without an exponential first."),
            needs=("holds_every_position_against_the_next_token",),
        ),
        Property(
            "passes_gradients_back_and_leaves_its_inputs_alone",
            1,
            every(gradients_agree("usual"), leaves_its_inputs_alone("usual", "two_tokens")),
            needs=("holds_every_position_against_the_next_token",),
        ),
    ),
    mistakes=(
        Mistake(
            "not-shifted",
            "The logits at a position are held against the token at the same position, which the model has just read. "
            "A model that copies its input would have a loss of 0.",
            (
                of_each,
                lambda logits, ids: of_each(logits[:, :-1], ids[:, :-1]),
                lambda logits, ids: of_each(logits[:, 1:], ids[:, 1:]),
            ),
        ),
        Mistake(
            "shifted-wrong-way",
            "The logits are held against the token before. Write positions 0, 1, 2 and their labels under each other: "
            "what should the logits at position 0 say?",
            (
                lambda logits, ids: of_each(logits[:, 1:], ids[:, :-1]),
                lambda logits, ids: of_each(logits, ids.roll(1, dims=1)),
                lambda logits, ids: of_each(logits, torch.cat([torch.zeros_like(ids[:, :1]), ids[:, :-1]], dim=1)),
            ),
        ),
        Mistake(
            "counts-last",
            "The last position counts, though nothing comes after it: it is held against a token that isn't its "
            "successor, or it is part of the number that the sum is divided by. T tokens make T − 1 predictions.",
            (
                last_against(lambda ids: ids[:, :1]),
                last_against(lambda ids: ids[:, -1:]),
                last_against(lambda ids: torch.zeros_like(ids[:, :1])),
                divided_by_all,
            ),
        ),
    ),
)
