"""The loss of the chosen tokens against PyTorch's cross-entropy with ignore_index."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.trial import Trial

Loss = Callable[[Tensor, Tensor], Tensor]
IGNORED = -100
SOME = ("usual", "one_chosen", "one_sentence", "ragged", "many_words")
NONE = ("none_chosen", "none_chosen_large")


def draw(draw: Draw) -> dict[str, Call]:
    """Few tokens chosen, more in one sentence than in another, all of them, none; id 0 is always among those chosen."""
    batch, length, vocabulary = draw.sizes(3, 3, 8)

    def call(
        chosen: Tensor, v: int = vocabulary, dtype: torch.dtype = torch.float32, scale: float = 2.0, zero: bool = True
    ) -> Call:
        ids = draw.ids(*chosen.shape, high=v)
        if zero and bool(chosen.any()):
            places = chosen.nonzero().tolist()
            row, column = draw.choice(places)
            ids[row, column] = 0
        logits = draw.normal(*chosen.shape, v, dtype=dtype, scale=scale)
        return Call((logits, ids.where(chosen, torch.tensor(IGNORED))))

    ragged = torch.arange(6) < torch.tensor([[5], [1], [0]])
    alone = torch.zeros(batch, length, dtype=torch.bool)
    alone[draw.size(0, batch - 1), draw.size(0, length - 1)] = True
    none = torch.zeros(batch, length, dtype=torch.bool)
    large = call(draw.mask(batch, length), dtype=torch.float64)
    everywhere = call(torch.ones(batch, length, dtype=torch.bool))
    # Id 0 is a bad guess everywhere: leaving it out changes the mean.
    everywhere.args[0][..., 0] -= 4.0
    return {
        "usual": call(draw.mask(batch, length)),
        "one_chosen": call(alone, zero=False),
        "one_sentence": call(draw.mask(1, length)),
        "ragged": call(ragged),
        "many_words": call(draw.mask(2, 5), 11),
        "only_zero_chosen": call(alone),
        "all_chosen": everywhere,
        "none_chosen": call(none),
        "none_chosen_large": call(none, dtype=torch.float64, scale=1e4),
        "float64": call(draw.mask(batch, length), dtype=torch.float64),
        "large_scores": Call((large.args[0].clamp(-1, 1) * 1e4, large.args[1])),
    }


def pytorch(logits: Tensor, labels: Tensor) -> Tensor:
    """PyTorch's mean over the labels that aren't −100; 0 times the logits where there is none."""
    if bool((labels == IGNORED).all()):
        return logits.sum() * 0 + 0.0
    return F.cross_entropy(logits.mT, labels, ignore_index=IGNORED)


def of_each(logits: Tensor, labels: Tensor) -> Tensor:
    """Each position's cross-entropy (B, T), 0 where nothing was chosen."""
    return F.cross_entropy(logits.mT, labels, ignore_index=IGNORED, reduction="none")


def label_instead(label: Callable[[Tensor], Tensor]) -> Loss:
    """The mean over all positions, those not chosen with a label all the same."""

    def wrong(logits: Tensor, labels: Tensor) -> Tensor:
        return F.cross_entropy(logits.mT, labels.where(labels != IGNORED, label(logits)))

    return wrong


def without_zero(logits: Tensor, labels: Tensor) -> Tensor:
    """The mean over the labels that are neither −100 nor 0."""
    return F.cross_entropy(logits.mT, labels.where(labels != 0, IGNORED), ignore_index=IGNORED)


def is_nan(trial: Trial) -> bool:
    """Where no token is chosen, the loss is NaN."""
    return all(bool(torch.as_tensor(trial.result(name)).isnan()) for name in NONE)


COMPONENT = Component(
    name="masked_lm_loss",
    draw=draw,
    oracle=pytorch,
    returns=("the loss",),
    properties=(
        Property(
            "is_one_number",
            1,
            has_the_right_form(*SOME, hint="A mean over the whole batch is a 0-d tensor of the logits' dtype."),
        ),
        Property(
            "is_the_mean_over_the_chosen_tokens",
            3,
            agrees(
                *SOME,
                "all_chosen",
                "only_zero_chosen",
                "float64",
                hint="Every label that isn't -100 counts the same, in whatever sentence and whatever its id; the "
                "others count neither in the sum nor in the number that it is divided by.",
            ),
            needs=("is_one_number",),
        ),
        Property(
            "is_zero_where_nothing_is_chosen",
            1,
            every(
                has_the_right_form("none_chosen", "none_chosen_large"),
                agrees(*NONE, hint="A mean of nothing is 0/0. In a small batch it happens that no token is chosen."),
            ),
            needs=("is_one_number",),
        ),
        Property(
            "stays_attached_to_the_graph_where_nothing_is_chosen",
            1,
            gradients_agree(
                *NONE,
                hint="backward() must work for this batch as for any other, with gradients of 0: compute the 0 from "
                "the logits.",
            ),
            needs=("is_zero_where_nothing_is_chosen",),
        ),
        Property(
            "stays_finite_for_large_scores",
            1,
            agrees("large_scores", hint="Take the logarithm of the softmax in one step, without an exponential first."),
            needs=("is_the_mean_over_the_chosen_tokens",),
        ),
        Property(
            "passes_gradients_back_and_leaves_its_inputs_alone",
            1,
            every(gradients_agree("usual", "float64"), leaves_its_inputs_alone("usual", "none_chosen")),
            needs=("is_the_mean_over_the_chosen_tokens",),
        ),
    ),
    mistakes=(
        Mistake(
            "all-positions",
            "Positions that weren't chosen are part of the mean, in the sum or in the number that it is divided by. "
            "Only what was hidden teaches anything: with one token chosen among a thousand, the loss is that token's.",
            (
                lambda logits, labels: of_each(logits, labels).mean(),
                label_instead(lambda logits: torch.zeros(1, dtype=torch.int64)),
                label_instead(lambda logits: logits.argmax(-1)),
                label_instead(lambda logits: torch.tensor(logits.shape[-1] - 1)),
                lambda logits, labels: of_each(logits, labels).mean(-1).mean(),
            ),
            calls=SOME,
        ),
        Mistake(
            "ignores-zero",
            "Labels of 0 are left out. 0 is the id of a token like any other (in some vocabularies [PAD]'s, in others "
            "not): what was not chosen has the label -100 and nothing else.",
            (without_zero,),
            calls=("all_chosen",),
        ),
        Mistake(
            "nan-when-none",
            "Where no token is chosen, the loss is NaN, 0 divided by 0. One such batch, and all weights are NaN after "
            "the next step: what should the loss be then, so that backward() still works?",
            shown_by=is_nan,
        ),
    ),
)
