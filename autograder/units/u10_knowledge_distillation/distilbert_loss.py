"""The three losses of DistilBERT against PyTorch's own, token by token (Sanh et al. 2019, section 3)."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.units.u10_knowledge_distillation.truth import divergences, teacher_gets_nothing

Outputs = dict[str, Tensor]
Mean = Callable[[Tensor, Tensor], Tensor]
Weights = tuple[float, float, float]

UNSCORED = -100
ALONE = ("distils_only", "labels_only", "cosine_only")
TOGETHER = ("all_three", "other_weights", "one_sentence")
LOUD = 30.0


def draw(draw: Draw) -> dict[str, Call]:
    """Each loss alone and all together, in ragged batches whose padding is loud and in full ones."""
    batch, length, vocabulary, width = draw.sizes(4, 3, 8)
    ragged = torch.arange(length) < draw.lengths(batch, length)[:, None]
    full = torch.ones(batch, length, dtype=torch.bool)
    low, middle, high = (draw.random.uniform(*limits) for limits in ((0.5, 0.8), (1.5, 2.5), (3.5, 5.0)))
    orders: list[Weights] = [(low, middle, high), (middle, high, low), (high, low, middle), (middle, low, high)]

    def call(
        mask: Tensor, temperature: float, weights: Weights, dtype: torch.dtype = torch.float32, scale: float = 2.0
    ) -> Call:
        sides = [
            {"logits": draw.normal(*mask.shape, vocabulary, scale=scale), "hidden": draw.normal(*mask.shape, width)}
            for _ in range(2)
        ]
        loud = torch.where(mask, 1.0, LOUD)[..., None]
        sides = [{name: (tensor * loud).to(dtype) for name, tensor in side.items()} for side in sides]
        return Call((*sides, scored(draw, mask, vocabulary), mask, temperature, *weights))

    return {
        "distils_at_one": call(full, 1.0, (1.0, 0.0, 0.0)),
        "distils_only": call(full, 2.0, (1.5, 0.0, 0.0)),
        "distils_ragged": call(ragged, 2.5, (1.0, 0.0, 0.0)),
        "labels_only": call(full, 2.0, (0.0, 1.5, 0.0)),
        "labels_ragged": call(ragged, 3.0, (0.0, 1.0, 0.0)),
        "cosine_only": call(full, 2.0, (0.0, 0.0, 1.5)),
        "cosine_ragged": call(ragged, 2.0, (0.0, 0.0, 1.0)),
        "all_three": call(ragged, 2.0, draw.choice(orders)),
        "other_weights": call(ragged, 3, draw.choice(orders)),
        "one_sentence": call(full[:1], 1.5, draw.choice(orders)),
        "float64": call(ragged, 2.0, draw.choice(orders), dtype=torch.float64),
        "large": call(full, 2.0, (1.0, 1.0, 1.0), scale=2e3),
    }


def scored(draw: Draw, mask: Tensor, vocabulary: int) -> Tensor:
    """Labels at some of the real tokens, at one at least, and -100 everywhere else; 0 is a label like the others."""
    chosen = mask & draw.mask(*mask.shape)
    real = mask.nonzero().tolist()
    chosen[tuple(draw.choice(real))] = True
    labels = draw.ids(*mask.shape, high=vocabulary).masked_fill(~chosen, UNSCORED)
    labels[tuple(draw.choice(chosen.nonzero().tolist()))] = 0
    return labels


def of_the_real(values: Tensor, mask: Tensor) -> Tensor:
    """The mean over real tokens."""
    return values[mask].mean()


def of_all(values: Tensor, mask: Tensor) -> Tensor:
    """The mean over all tokens, padding included."""
    return values.mean()


def over_all(values: Tensor, mask: Tensor) -> Tensor:
    """The sum over real tokens, divided by the number of all."""
    return (values * mask).mean()


def combined(
    distil: Mean = of_the_real, cosine: Mean = of_the_real, closeness: Callable[[Tensor], Tensor] = lambda c: 1 - c
) -> Callable[..., Tensor]:
    """The sum of the three, each token's part made by PyTorch."""

    def loss(
        student: Outputs,
        teacher: Outputs,
        labels: Tensor,
        mask: Tensor,
        temperature: float,
        alpha: float,
        beta: float,
        gamma: float,
    ) -> Tensor:
        soft = divergences(student["logits"], teacher["logits"], temperature).sum(-1) * temperature**2
        hard = F.cross_entropy(student["logits"].mT, labels, ignore_index=UNSCORED)
        angles = F.cosine_similarity(student["hidden"], teacher["hidden"].detach(), dim=-1)
        return alpha * distil(soft, mask) + beta * hard + gamma * cosine(closeness(angles), mask)

    return loss


def reordered(order: tuple[int, ...]) -> Callable[..., Tensor]:
    """The three weights, each at another loss."""

    def loss(student: Outputs, teacher: Outputs, labels: Tensor, mask: Tensor, t: float, *weights: float) -> Tensor:
        return combined()(student, teacher, labels, mask, t, *(weights[i] for i in order))

    return loss


def with_padding() -> list[Callable[..., Any]]:
    """Padding is part of a mean, or of the number that it is divided by, in one of the two losses or in both."""
    means = (of_the_real, of_all, over_all)
    return [combined(one, other) for one in means for other in means if (one, other) != (of_the_real, of_the_real)]


COMPONENT = Component(
    name="distilbert_loss",
    draw=draw,
    oracle=combined(),
    returns=("the loss",),
    properties=(
        Property(
            "is_one_number",
            1,
            has_the_right_form("one_sentence", hint="The weighted sum is a 0-d tensor of the logits' dtype."),
        ),
        Property(
            "distils_over_real_tokens",
            2,
            agrees(
                "distils_at_one",
                "distils_only",
                "distils_ragged",
                hint="With beta = gamma = 0: alpha times your distillation loss, where every real token is a row "
                "and padding is none.",
            ),
            needs=("is_one_number",),
        ),
        Property(
            "learns_the_labels_that_are_scored",
            1,
            agrees(
                "labels_only",
                "labels_ragged",
                hint="With alpha = gamma = 0: beta times the masked-LM loss, the cross-entropy at temperature 1, mean "
                "over the labels that are not -100.",
            ),
            needs=("is_one_number",),
        ),
        Property(
            "turns_the_hidden_vectors_the_teachers_way",
            2,
            agrees(
                "cosine_only",
                "cosine_ragged",
                hint="With alpha = beta = 0: gamma times (1 − cosine) of the two hidden vectors of each token, mean "
                "over real tokens.",
            ),
            needs=("is_one_number",),
        ),
        Property(
            "weighs_each_loss_with_its_own_factor",
            1,
            agrees(
                *TOGETHER,
                hint="alpha belongs to the distillation, beta to the labels, gamma to the cosine.",
            ),
            needs=(
                "distils_over_real_tokens",
                "learns_the_labels_that_are_scored",
                "turns_the_hidden_vectors_the_teachers_way",
            ),
        ),
        Property(
            "works_in_float64_and_with_large_scores",
            1,
            agrees("float64", "large"),
            needs=("weighs_each_loss_with_its_own_factor",),
        ),
        Property(
            "teaches_the_student_and_leaves_its_inputs_alone",
            1,
            every(gradients_agree("all_three", "one_sentence"), leaves_its_inputs_alone("all_three")),
            needs=("weighs_each_loss_with_its_own_factor",),
        ),
        Property(
            "lets_nothing_flow_into_the_teacher",
            1,
            teacher_gets_nothing("distils_only", "cosine_only", "all_three"),
            needs=("is_one_number",),
        ),
    ),
    mistakes=(
        Mistake(
            "cosine-sign",
            "The cosine enters with the wrong sign: this loss is smallest where the student's vectors point away from "
            "the teacher's. What is it for two equal vectors? It should be 0 there, and 2 for opposite ones.",
            (
                combined(closeness=lambda c: c),
                combined(closeness=lambda c: 1 + c),
                combined(closeness=lambda c: c - 1),
            ),
            calls=("cosine_only", "cosine_ragged", *TOGETHER),
        ),
        Mistake(
            "padding-counted",
            "Padding is part of a mean, or of the number that a sum is divided by. Append ten columns of padding to a "
            "batch: the loss must not change, neither its distillation part nor its cosine part.",
            tuple(with_padding()),
            calls=("distils_ragged", "cosine_ragged", "all_three", "other_weights"),
        ),
        Mistake(
            "weights-swapped",
            "The weights are at the wrong losses: alpha belongs to the distillation, beta to the masked-LM loss, gamma "
            "to the cosine. Set two of them to 0 and see which loss is left.",
            tuple(reordered(order) for order in permutations(range(3)) if order != (0, 1, 2)),
            calls=(*ALONE, *TOGETHER),
        ),
    ),
)
