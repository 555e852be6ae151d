"""A classifier of sentences and pairs against PyTorch's layers with the same weights (Devlin et al. 2019, figure 4)."""

from torch import Tensor

from autograder.judging.component import Component
from autograder.units.u09_fine_tuning.heads import draw, properties, read_by, softmaxed


def pooled_vector(hidden: Tensor, pooled: Tensor) -> Tensor:
    """(B, D), from the first token by way of the pooler."""
    return pooled


COMPONENT = Component(
    name="SequenceClassifier",
    draw=draw,
    oracle=read_by(pooled_vector),
    returns=("the logits",),
    properties=properties(
        "Logits (B, num_labels): one decision for every sequence.",
        "The head reads what the model returns second, the pooled vector of [CLS].",
    ),
    mistakes=(softmaxed(pooled_vector),),
)
