"""A classifier of tokens against PyTorch's layers with the same weights (Devlin et al. 2019, figure 4)."""

import torch
from torch import Tensor

from autograder.judging.component import Component, Mistake
from autograder.judging.trial import Trial
from autograder.units.u09_fine_tuning.heads import draw, properties, read_by, softmaxed
from autograder.units.u09_fine_tuning.sequence_classifier import pooled_vector


def every_token(hidden: Tensor, pooled: Tensor) -> Tensor:
    """(B, T, D), the last layer's."""
    return hidden


def reads_the_pooled_vector(trial: Trial) -> bool:
    """All tokens have the same logits, those of the pooled vector, or there is one decision for each sequence."""
    for name in ("unpadded", "padded"):
        found, right = trial.result(name), trial.evaluate(read_by(pooled_vector), trial.calls[name])
        right = right if found.dim() == 2 else right[:, None].expand(trial.expected(name).shape)
        if found.shape != right.shape or not torch.allclose(found, right, rtol=1e-4, atol=1e-4):
            return False
    return True


COMPONENT = Component(
    name="TokenClassifier",
    draw=draw,
    oracle=read_by(every_token),
    returns=("the logits",),
    properties=properties(
        "Logits (B, T, num_labels): a decision for every token.",
        "The head reads what the model returns first, the last layer's hidden state of every token.",
    ),
    mistakes=(
        softmaxed(every_token),
        Mistake(
            "tagging-from-pooled",
            "The pooled vector is one for the whole sequence, so all tokens get the same label. Tagging needs a vector "
            "for every token: what else does the model return, and of which shape?",
            shown_by=reads_the_pooled_vector,
        ),
    ),
)
