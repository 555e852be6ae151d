"""Distillation against PyTorch's divergence, summed over classes (Hinton et al. 2015, section 2)."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.units.u10_knowledge_distillation.truth import divergences, flows_into_the_teacher, teacher_gets_nothing

Loss = Callable[[Tensor, Tensor, float], Tensor]

AT_ONE = ("at_one", "one_row_at_one")
SCALED = ("hot", "hotter", "cold", "one_row", "two_classes")
ALL = (*AT_ONE, *SCALED)


def draw(draw: Draw) -> dict[str, Call]:
    """Temperatures at, above and below 1; one row, two classes; the same scores twice; scores of ten thousand."""
    rows, classes = draw.sizes(2, 4, 8)
    hot = draw.choice([2, 3])

    def call(
        n: int, c: int, temperature: float, dtype: torch.dtype = torch.float32, scale: float = 2.0, moved: float = 0.0
    ) -> Call:
        student, teacher = (draw.normal(n, c, dtype=dtype, scale=scale) + moved for _ in range(2))
        return Call((student, teacher, temperature))

    same = draw.normal(rows, classes)
    near = (draw.permutation(classes) - classes // 2) * (2e4 / classes)
    # Rolled, not reversed: then the two never agree on the likeliest class, and each gives the other's no chance.
    far = [near, near.roll(1)]
    return {
        "at_one": call(rows, classes, 1.0),
        "one_row_at_one": call(1, classes, 1.0),
        "hot": call(rows, classes, hot),
        "hotter": call(rows, classes, draw.choice([3.5, 4.5]), moved=draw.choice([-3.0, 3.0])),
        "cold": call(rows, classes, 0.5),
        "one_row": call(1, classes, 2.0),
        "two_classes": call(rows, 2, 2.5),
        "same": Call((same, same + 1.0, 2.0)),
        "float64": call(rows, classes, hot, torch.float64),
        "large": Call((far[0][None], far[1][None], 2.0)),
        "large_float64": Call((torch.stack(far).double(), torch.stack(far[::-1]).double(), 1.0)),
    }


def pytorch(student_logits: Tensor, teacher_logits: Tensor, temperature: float) -> Tensor:
    """The divergence at that temperature, mean over rows, times T²."""
    found: Tensor = divergences(student_logits, teacher_logits, temperature).sum(-1).mean() * temperature**2
    return found


def swapped(power: int) -> Loss:
    """KL(student ‖ teacher)."""
    return lambda student, teacher, t: pytorch(teacher, student, t) * t ** (power - 2)


def probabilities_as_input(power: int) -> Loss:
    """F.kl_div takes log-probabilities first, and here gets probabilities."""

    def wrong(student: Tensor, teacher: Tensor, t: float) -> Tensor:
        p, q = ((scores / t).softmax(-1) for scores in (teacher, student))
        return F.kl_div(q, p, reduction="batchmean") * t**power

    return wrong


def mean_over_classes(power: int) -> Loss:
    """The mean over rows and classes."""
    return lambda student, teacher, t: divergences(student, teacher, t).mean() * t**power


COMPONENT = Component(
    name="distillation_loss",
    draw=draw,
    oracle=pytorch,
    returns=("the loss",),
    properties=(
        Property(
            "is_one_number",
            1,
            has_the_right_form(*AT_ONE, hint="A mean over all rows is a 0-d tensor of the logits' dtype."),
        ),
        Property(
            "is_the_divergence_at_temperature_one",
            2,
            agrees(
                *AT_ONE,
                hint="KL(p ‖ q) is the sum over classes of p·(log p − log q), with the teacher's p and the student's "
                "q; of the rows it is the mean.",
            ),
            needs=("is_one_number",),
        ),
        Property(
            "softens_both_and_keeps_the_scale_of_the_gradients",
            2,
            agrees(
                *SCALED,
                hint="Both sides' scores are divided by the temperature, and the divergence is multiplied by its "
                "square, because softening makes the gradients smaller by that.",
            ),
            needs=("is_the_divergence_at_temperature_one",),
        ),
        Property(
            "is_zero_for_equal_distributions_and_finite_for_large_scores",
            1,
            agrees(
                "same",
                "float64",
                "large",
                "large_float64",
                hint="A probability may be 0 in float32, and its logarithm isn't finite: where do your logarithms come "
                "from?",
            ),
            needs=("softens_both_and_keeps_the_scale_of_the_gradients",),
        ),
        Property(
            "teaches_the_student",
            1,
            every(gradients_agree("hot", "cold", "large"), leaves_its_inputs_alone("hot", "one_row")),
            needs=("softens_both_and_keeps_the_scale_of_the_gradients",),
        ),
        Property(
            "lets_nothing_flow_into_the_teacher",
            1,
            teacher_gets_nothing("hot", "at_one"),
            needs=("is_one_number",),
        ),
    ),
    mistakes=(
        Mistake(
            "missing-t-squared",
            "The factor T² is missing (or is only T). Softened by T the gradients shrink like 1/T²: without the "
            "factor, a higher temperature is also a weaker loss, and the mixture with other losses changes with it.",
            (
                lambda student, teacher, t: pytorch(student, teacher, t) / t**2,
                lambda student, teacher, t: pytorch(student, teacher, t) / t,
            ),
            calls=ALL,
        ),
        Mistake(
            "kl-arguments-swapped",
            "This is KL(student ‖ teacher). F.kl_div(input, target) is KL(target ‖ input): the first argument is the "
            "one that is to be changed, the student's.",
            (swapped(2), swapped(0)),
            calls=ALL,
        ),
        Mistake(
            "probabilities-as-input",
            "F.kl_div gets the student's probabilities where it wants their logarithms. Give it the same distribution "
            "twice: a divergence of a distribution from itself is 0.",
            (probabilities_as_input(2), probabilities_as_input(0)),
            calls=(*ALL, "same"),
        ),
        Mistake(
            "mean-over-classes",
            "The mean is over rows and classes. A divergence is a sum over classes; only over the rows is it averaged "
            "here. With F.kl_div: which reduction divides by the batch's size alone?",
            (mean_over_classes(2), mean_over_classes(0)),
            calls=ALL,
        ),
        Mistake(
            "teacher-not-detached",
            "Gradients flow into the teacher's logits too, so that it would learn to say what the student says. Its "
            "answers are targets, fixed numbers: cut them off from the graph.",
            shown_by=flows_into_the_teacher("hot", "at_one"),
        ),
    ),
)
