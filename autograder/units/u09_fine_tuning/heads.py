"""What the checks of both classifiers share: their calls, their oracle, and how a head can go wrong."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging.component import Call, Given, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.units.u05_transformer.modes import drops_only_in_training, has_the_parts
from autograder.units.u05_transformer.truth import State, below, double
from autograder.units.u09_fine_tuning.truth import Sizes, bert, bert_sizes, bert_state, given, ragged

Init = tuple[Any, ...]
Read = Callable[[Tensor, Tensor], Tensor]
Version = Callable[..., Tensor]
ALL = ("unpadded", "padded", "single_token")


def draw(draw: Draw) -> dict[str, Call]:
    """Unpadded and padded batches of pairs, and one token."""
    sizes = bert_sizes(draw, 1)
    batch, length = draw.choice([4, 5]), draw.size(6, 8)
    num_labels = draw.choice([3, 9])
    state = filled(draw, sizes, num_labels)

    def call(mask: Tensor, parameters: State = state) -> Call:
        ids, segments = draw.ids(*mask.shape, high=sizes.vocab_size), draw.ids(*mask.shape, high=2)
        return Call((ids, segments, mask), init=(given(sizes), num_labels), state=parameters)

    return {
        "unpadded": call(torch.ones(batch, length, dtype=torch.bool)),
        "padded": call(ragged(draw, batch, length)),
        "single_token": call(torch.ones(1, 1, dtype=torch.bool)),
        "float64": call(ragged(draw, batch, length), double(state)),
    }


def filled(draw: Draw, sizes: Sizes, num_labels: int) -> State:
    """Random parameters for a classifier."""
    state = {f"bert.{name}": tensor for name, tensor in bert_state(draw, sizes).items()}
    width = sizes.hidden_size
    return {**state, "head.weight": draw.normal(num_labels, width, scale=0.8), "head.bias": draw.normal(num_labels)}


def read_by(read: Read, after: Callable[[Tensor], Tensor] = lambda logits: logits) -> Version:
    """A linear map of what is read from hidden states and pooled vectors, and something after it."""

    def logits(init: Init, state: State, ids: Tensor, segments: Tensor, mask: Tensor) -> Tensor:
        model: Given = init[0]
        hidden, pooled = bert(Sizes(*model.args), below(state, "bert"), ids, segments, mask)
        return after(F.linear(read(hidden, pooled), state["head.weight"], state["head.bias"]))

    return logits


def properties(form: str, what: str) -> tuple[Property, ...]:
    """The properties of a classifier that returns logits of a form, from what it should be read."""
    return (
        Property(
            "has_the_named_parts",
            1,
            has_the_parts("unpadded", hint="self.bert is the given model, self.head an nn.Linear to num_labels."),
        ),
        Property(
            "returns_a_score_for_every_label",
            1,
            has_the_right_form(*ALL, hint=form),
            needs=("has_the_named_parts",),
        ),
        Property(
            "reads_the_right_vectors",
            2,
            agrees("unpadded", "single_token", hint=what),
            needs=("returns_a_score_for_every_label",),
        ),
        Property(
            "hands_the_mask_on",
            1,
            agrees("padded", hint=f"{what} The model has to know which tokens are padding."),
            needs=("reads_the_right_vectors",),
        ),
        Property("keeps_the_precision_of_float64", 1, agrees("float64"), needs=("hands_the_mask_on",)),
        Property("drops_only_in_training", 1, drops_only_in_training("unpadded"), needs=("reads_the_right_vectors",)),
        Property(
            "can_be_trained_from_end_to_end",
            1,
            gradients_agree("float64", hint="Fine-tuning moves the whole model, not only the head."),
            needs=("keeps_the_precision_of_float64",),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("padded"),
            needs=("returns_a_score_for_every_label",),
        ),
    )


def softmaxed(read: Read) -> Mistake:
    """Probabilities in the place of logits."""
    return Mistake(
        "softmax-before-loss",
        "What comes out has been through a softmax (or a sigmoid). The loss takes logits and does that itself; a "
        "second softmax leaves scores between 0 and 1, so that the loss can't get near 0 and learning crawls.",
        (
            read_by(read, lambda logits: logits.softmax(-1)),
            read_by(read, lambda logits: logits.log_softmax(-1)),
            read_by(read, torch.sigmoid),
        ),
        calls=ALL,
    )
