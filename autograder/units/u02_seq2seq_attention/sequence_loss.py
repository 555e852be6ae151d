"""The loss over a batch of sequences against PyTorch's cross-entropy with ignore_index."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone

CALLS = ("ragged", "padded_with_another", "nothing_padded", "one_step", "one_sentence", "mostly_padding")


def draw(draw: Draw) -> dict[str, Call]:
    """Ragged batches padded with 0 and with other ids; one without padding; a single step; scores of ten thousand."""
    batch, length, vocabulary = draw.sizes(3, 3, 8)
    lengths = draw.lengths(batch, length)
    whole = torch.full((batch,), length)

    def call(n: Tensor, width: int, pad: int, dtype: torch.dtype = torch.float32, scale: float = 3.0) -> Call:
        words = torch.tensor([word for word in range(vocabulary) if word != pad])
        labels = words[draw.ids(len(n), width, high=len(words))]
        labels = labels.masked_fill(torch.arange(width) >= n[:, None], pad)
        return Call((draw.normal(len(n), width, vocabulary, dtype=dtype, scale=scale), labels, pad))

    large = call(lengths, length, 0, torch.float64)
    return {
        "ragged": call(lengths, length, 0),
        "padded_with_another": call(lengths, length, draw.size(1, vocabulary - 1)),
        "nothing_padded": call(whole, length, 0),
        "one_step": call(torch.ones(batch, dtype=torch.int64), 1, vocabulary - 1),
        "one_sentence": call(torch.tensor([length - 1]), length, 0),
        "mostly_padding": call(torch.tensor([length, 1, 1, 1, 1]), length, 0),
        "float64": call(lengths, length, 0, torch.float64),
        "large_scores": Call((large.args[0].clamp(-1, 1) * 1e4, *large.args[1:])),
    }


def pytorch(logits: Tensor, labels: Tensor, pad_id: int) -> Tensor:
    """PyTorch's mean over all tokens that are not padding."""
    return F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=pad_id)


def of_each(logits: Tensor, labels: Tensor) -> Tensor:
    """Each token's cross-entropy (B, T), padding included."""
    return F.cross_entropy(logits.mT, labels, reduction="none")


def mean_of_means(axis: int) -> Callable[[Tensor, Tensor, int], Tensor]:
    """First the mean of each sentence (axis 1) or step (axis 0) that has words, then the mean of these."""

    def wrong(logits: Tensor, labels: Tensor, pad_id: int) -> Tensor:
        real = labels != pad_id
        count = real.sum(axis)
        means = (of_each(logits, labels) * real).sum(axis) / count
        return means[count > 0].mean()

    return wrong


def padding_counted(logits: Tensor, labels: Tensor, pad_id: int) -> Tensor:
    """The real tokens' losses, divided by the number of all."""
    return (of_each(logits, labels) * (labels != pad_id)).mean()


COMPONENT = Component(
    name="sequence_loss",
    draw=draw,
    oracle=pytorch,
    returns=("the loss",),
    properties=(
        Property("is_one_number", 1, has_the_right_form(*CALLS, hint="A mean over the whole batch is a 0-d tensor.")),
        Property(
            "is_the_mean_over_all_real_tokens",
            2,
            agrees(*CALLS, "float64", hint="Every token that is not padding counts the same, in whatever sentence."),
            needs=("is_one_number",),
        ),
        Property(
            "stays_finite_for_large_scores",
            1,
            agrees("large_scores", hint="Take the logarithm of the softmax in one step, without an exponential first."),
            needs=("is_the_mean_over_all_real_tokens",),
        ),
        Property(
            "passes_gradients_back_and_leaves_its_inputs_alone",
            1,
            every(gradients_agree("padded_with_another"), leaves_its_inputs_alone("ragged", "padded_with_another")),
            needs=("is_the_mean_over_all_real_tokens",),
        ),
    ),
    mistakes=(
        Mistake(
            "padding-averaged",
            "Padding is part of the mean (in the sum, or in the number that it is divided by). Then the loss falls "
            "when a sentence is padded further: add ten columns of padding to your labels and see whether it changes.",
            (lambda logits, labels, pad_id: of_each(logits, labels).mean(), padding_counted),
        ),
        Mistake(
            "softmax-twice",
            "The softmax is taken twice. PyTorch's cross-entropy starts from logits, not from probabilities: with "
            "logits 10, 0, 0 and the first one right, the loss must be nearly 0.",
            (lambda logits, labels, pad_id: pytorch(logits.softmax(-1), labels, pad_id),),
        ),
        Mistake(
            "mean-of-sentence-means",
            "First each sentence is averaged, then the sentences, so that a word in a short sentence counts more than "
            "one in a long sentence. Take a sentence of one word and one of nine and write down each word's weight.",
            (mean_of_means(1), mean_of_means(0)),
        ),
    ),
)
