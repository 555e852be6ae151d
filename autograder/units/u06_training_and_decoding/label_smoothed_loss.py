"""Label smoothing against PyTorch's cross-entropy with label_smoothing (Szegedy et al. 2016, section 7)."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import (
    Check,
    agrees,
    every,
    gradients_agree,
    has_the_right_form,
    leaves_its_inputs_alone,
)
from autograder.judging.trial import Trial

Loss = Callable[[Tensor, Tensor, float, int], Tensor]

UNPADDED = ("nothing_padded", "one_token")
PADDED = ("ragged", "padded_with_another", "mostly_padding")


def draw(draw: Draw) -> dict[str, Call]:
    """Ragged batches, padded with a word's id or -100, and one that isn't; no smoothing; scores of ten thousand."""
    batch, length, vocabulary = draw.sizes(3, 3, 8)
    lengths = draw.lengths(batch, length)
    some, more = draw.choice([0.1, 0.15, 0.2]), draw.choice([0.3, 0.35])

    def call(
        n: Tensor, width: int, pad: int, smoothing: float, dtype: torch.dtype = torch.float32, scale: float = 2.0
    ) -> Call:
        words = torch.tensor([word for word in range(vocabulary) if word != pad])
        labels = words[draw.ids(len(n), width, high=len(words))]
        labels = labels.masked_fill(torch.arange(width) >= n[:, None], pad)
        return Call((draw.normal(len(n), width, vocabulary, dtype=dtype, scale=scale), labels, smoothing, pad))

    scattered = call(torch.full((batch,), length), length, -100, more)
    logits, labels, *others = scattered.args
    large = call(lengths, length, 0, some, torch.float64)
    return {
        "nothing_padded": call(torch.full((batch,), length), length, 0, more),
        "one_token": call(torch.tensor([1]), 1, vocabulary - 1, some),
        "ragged": call(lengths, length, 0, some),
        "padded_with_another": call(lengths, length, draw.size(1, vocabulary - 1), more),
        "mostly_padding": call(torch.tensor([length, 1, 1, 1, 1]), length, 0, more),
        "minus_hundred": Call((logits, labels.masked_fill(~draw.mask(batch, length), -100), *others)),
        "no_smoothing": call(lengths, length, 0, 0.0),
        "float64": call(lengths, length, 0, some, torch.float64),
        "large_scores": Call((large.args[0].clamp(-1, 1) * 1e4, *large.args[1:])),
    }


def pytorch(logits: Tensor, labels: Tensor, smoothing: float, pad_id: int) -> Tensor:
    """PyTorch's mean over all tokens that are not padding."""
    return F.cross_entropy(logits.mT, labels, ignore_index=pad_id, label_smoothing=smoothing)


def keeps_its_digits(*names: str) -> Check:
    """A tensor of the logits' dtype with the right value, though the target itself may be made in float32."""

    def check(trial: Trial) -> None:
        for name in names:
            expected = trial.expected(name)
            hint = (
                "Take the logarithm of the softmax in one step, in the logits' dtype, without an exponential first. "
                f"The call was {trial.describe(name)}."
            )
            found = expect.tensor(
                trial.result(name), what="the loss", shape=expected.shape, dtype=expected.dtype, hint=hint
            )
            expect.number(found, what="the loss", expected=float(expected), hint=hint, rtol=1e-6)

    return check


def real(labels: Tensor, pad_id: int) -> Tensor:
    """Which labels are no padding."""
    return labels != pad_id


def each(logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
    """Each token's loss (B, T), padding included."""
    return F.cross_entropy(logits.mT, labels, reduction="none", label_smoothing=smoothing)


def to_the_others(logits: Tensor, labels: Tensor, smoothing: float, pad_id: int) -> Tensor:
    """1 − ε for the label and ε/(V − 1) for every other word."""
    vocabulary = logits.shape[-1]
    return pytorch(logits, labels, smoothing * vocabulary / (vocabulary - 1), pad_id)


def to_others_than_padding(logits: Tensor, labels: Tensor, smoothing: float, pad_id: int) -> Tensor:
    """1 − ε for the label and ε/(V − 2) for every other word but the padding's."""
    words = [word for word in range(logits.shape[-1]) if word != pad_id]
    uniform = -logits.log_softmax(-1)[..., words].sum(-1) / (len(words) - 1)
    share = smoothing * len(words) / (len(words) - 1)
    mixed = (1 - share) * each(logits, labels, 0.0) + smoothing * uniform
    return mixed[real(labels, pad_id)].mean()


def too_much(logits: Tensor, labels: Tensor, smoothing: float, pad_id: int) -> Tensor:
    """1 − ε for the label, and ε/(V − 1) for every word, the label too."""
    vocabulary = logits.shape[-1]
    plain, uniform = (pytorch(logits, labels, share, pad_id) for share in (0.0, 1.0))
    return (1 - smoothing) * plain + smoothing * uniform * vocabulary / (vocabulary - 1)


def uniform_part(average: Callable[[Tensor, Tensor], Tensor]) -> Loss:
    """Padding is left out of the label's part, and ``average`` says what becomes of it in the uniform part."""

    def wrong(logits: Tensor, labels: Tensor, smoothing: float, pad_id: int) -> Tensor:
        uniform = each(logits, labels, 1.0)
        plain = pytorch(logits, labels, 0.0, pad_id)
        return (1 - smoothing) * plain + smoothing * average(uniform, real(labels, pad_id))

    return wrong


COMPONENT = Component(
    name="label_smoothed_loss",
    draw=draw,
    oracle=pytorch,
    returns=("the loss",),
    forbidden=(
        "torch.nn.functional.cross_entropy",
        "torch.nn.functional.linear_cross_entropy",
        "torch.nn.CrossEntropyLoss",
        "torch.nn.LinearCrossEntropyLoss",
        "torch._C._nn.cross_entropy_loss",
    ),
    properties=(
        Property(
            "is_one_number",
            1,
            has_the_right_form(*UNPADDED, hint="A mean over the whole batch is a 0-d tensor of the logits' dtype."),
        ),
        Property(
            "without_smoothing_is_the_cross_entropy",
            1,
            agrees(
                "no_smoothing",
                hint="With smoothing=0 all the mass is the label's: the mean of −log p(label) over what is no padding.",
            ),
            needs=("is_one_number",),
        ),
        Property(
            "spreads_a_share_over_the_whole_vocabulary",
            2,
            agrees(
                *UNPADDED,
                hint="The target is (1 − smoothing) on the label plus smoothing/V on each of the V words, the label "
                "among them; the loss is its cross-entropy with the model's distribution.",
            ),
            needs=("is_one_number",),
        ),
        Property(
            "leaves_padding_out",
            2,
            agrees(
                *PADDED,
                "minus_hundred",
                hint="Every token that is not padding counts the same; padding counts neither in the sum nor in the "
                "number that it is divided by, and pad_id need not be the id of a word.",
            ),
            needs=("spreads_a_share_over_the_whole_vocabulary",),
        ),
        Property(
            "works_in_float64_and_stays_finite_for_large_scores",
            1,
            keeps_its_digits("float64", "large_scores"),
            needs=("leaves_padding_out",),
        ),
        Property(
            "passes_gradients_back_and_leaves_its_inputs_alone",
            1,
            every(
                gradients_agree("padded_with_another", "minus_hundred"),
                leaves_its_inputs_alone("ragged", "minus_hundred"),
            ),
            needs=("leaves_padding_out",),
        ),
    ),
    mistakes=(
        Mistake(
            "mass-on-v-minus-one",
            "The smoothing mass goes to V − 1 words (or is divided by V − 1, or by V − 2): the label is left out. Here "
            "the uniform distribution covers all V words, so the label ends up with 1 − smoothing + smoothing/V. Write "
            "the target for V = 4 and smoothing 0.4 down: it is 0.7, 0.1, 0.1, 0.1.",
            (to_the_others, to_others_than_padding, too_much),
            calls=(*UNPADDED, *PADDED),
        ),
        Mistake(
            "padding-averaged",
            "Padding is part of the mean, in the sum (perhaps only in that of the uniform part) or in the number that "
            "it is divided by. Append ten columns of padding to your labels: the loss must not change.",
            (
                lambda logits, labels, smoothing, pad_id: each(logits, labels, smoothing).mean(),
                lambda logits, labels, smoothing, pad_id: (
                    each(logits, labels, smoothing) * real(labels, pad_id)
                ).mean(),
                uniform_part(lambda uniform, real: uniform.mean()),
                uniform_part(lambda uniform, real: uniform.sum() / real.sum()),
                uniform_part(lambda uniform, real: (uniform * real).mean()),
            ),
            calls=PADDED,
        ),
        Mistake(
            "smoothing-swapped",
            "The two shares are exchanged: the label gets smoothing, and 1 − smoothing is spread over the vocabulary. "
            "With smoothing=0 the loss must be the ordinary cross-entropy; what does yours give?",
            (lambda logits, labels, smoothing, pad_id: pytorch(logits, labels, 1 - smoothing, pad_id),),
            calls=(*UNPADDED, *PADDED, "no_smoothing"),
        ),
    ),
)
