"""What the losses of this unit share: PyTorch's divergence, and a teacher into whom nothing flows."""

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor

from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check
from autograder.judging.trial import Trial


def divergences(student_logits: Tensor, teacher_logits: Tensor, temperature: float) -> Tensor:
    """KL(teacher ‖ student) of each class in each row, (..., C), at that temperature and not scaled."""
    log_student = (student_logits / temperature).log_softmax(-1)
    log_teacher = (teacher_logits.detach() / temperature).log_softmax(-1)
    return F.kl_div(log_student, log_teacher, reduction="none", log_target=True)


def teacher_gets_nothing(*names: str) -> Check:
    """No gradient, or one of 0, for what comes from the teacher: the call's second argument."""

    def check(trial: Trial) -> None:
        for name in names:
            for leaf in sorted(reached(trial, name)):
                raise Mismatch(
                    what=f"the gradient of {trial.leaf_name(name, leaf)}",
                    expected="none: what the teacher says is a fixed target",
                    actual="one that is not 0",
                    hint="Differentiated through the target too, the loss could also fall by making the teacher say "
                    f"what the student says. The call was {trial.describe(name)}.",
                )

    return check


def flows_into_the_teacher(*names: str) -> Callable[[Trial], bool]:
    """Whether some gradient arrives at the teacher in one of the named calls."""
    return lambda trial: any(reached(trial, name) for name in names)


def reached(trial: Trial, name: str) -> set[str]:
    """The teacher's tensors that get a gradient."""
    found = trial.gradients(name).by_leaf
    return {
        leaf
        for leaf, gradient in found.items()
        if leaf.startswith("args.1") and gradient is not None and bool(gradient.ne(0).any())
    }
