"""A softmax of divided scores against torch.softmax (Hinton et al. 2015, equation 1)."""

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone

SHAPED = ("one_vector", "three_axes", "one_class")
WARM = ("rows", "hot", "cold", *SHAPED)


def draw(draw: Draw) -> dict[str, Call]:
    """One row and many, temperatures above, below and at 1, whole and broken; scores of ten thousand."""
    batch, length, classes = draw.sizes(3, 3, 6)
    hot, cold = draw.choice([3, 4, 5]), draw.choice([0.4, 0.5, 0.7])

    def call(*shape: int, temperature: float, dtype: torch.dtype = torch.float32, scale: float = 2.0) -> Call:
        return Call((draw.normal(*shape, dtype=dtype, scale=scale), temperature))

    large = (draw.permutation(classes) - classes // 2) * (2e4 / classes)
    return {
        "at_one": call(batch, classes, temperature=1.0),
        "rows": call(batch, classes, temperature=draw.choice([1.5, 2.0, 2.5])),
        "hot": call(batch, classes, temperature=hot),
        "cold": call(batch, classes, temperature=cold),
        "one_vector": call(classes, temperature=2.0),
        "three_axes": call(batch, length, classes, temperature=hot),
        "one_class": call(batch, 1, temperature=2.0),
        "float64": call(batch, classes, temperature=hot, dtype=torch.float64),
        "large": Call((torch.stack([large, large.flip(0)]).float(), 2.0)),
        "large_and_cold": Call((torch.stack([large.flip(0), torch.full_like(large, -1e4)]).double(), cold)),
    }


def pytorch(logits: Tensor, temperature: float) -> Tensor:
    """torch.softmax over the last axis."""
    return torch.softmax(logits / temperature, dim=-1)


COMPONENT = Component(
    name="softmax_with_temperature",
    draw=draw,
    oracle=pytorch,
    returns=("the probabilities",),
    properties=(
        Property(
            "is_the_softmax_at_temperature_one",
            1,
            agrees("at_one", hint="At temperature 1 nothing is changed: this is the softmax over the last axis."),
        ),
        Property(
            "flattens_when_hot_and_sharpens_when_cold",
            2,
            agrees(
                "rows",
                "hot",
                "cold",
                hint="The temperature divides the scores, and the softmax comes after that: every row still sums to 1.",
            ),
            needs=("is_the_softmax_at_temperature_one",),
        ),
        Property(
            "works_over_the_last_axis_of_any_shape",
            1,
            agrees(*SHAPED, hint="Classes are the last axis, however many axes come before it."),
            needs=("flattens_when_hot_and_sharpens_when_cold",),
        ),
        Property(
            "works_in_float64_and_with_large_scores",
            1,
            every(
                has_the_right_form("float64"),
                agrees("float64", "large", "large_and_cold", hint="Scores may be as large as 10,000, and stay finite."),
            ),
            needs=("flattens_when_hot_and_sharpens_when_cold",),
        ),
        Property(
            "passes_gradients_back_and_leaves_its_inputs_alone",
            1,
            every(gradients_agree("hot", "cold", "large"), leaves_its_inputs_alone("hot", "cold", "one_vector")),
            needs=("flattens_when_hot_and_sharpens_when_cold",),
        ),
    ),
    mistakes=(
        Mistake(
            "multiplies-temperature",
            "The scores are multiplied by the temperature. A high temperature makes the probabilities alike: which of "
            "the two makes the differences between the scores smaller?",
            (lambda logits, temperature: pytorch(logits, 1 / temperature),),
            calls=WARM,
        ),
        Mistake(
            "after-softmax",
            "The temperature is applied to the probabilities, after the softmax. Add up a row: divided by 2 it sums "
            "to 1/2, and divided by its sum again it is what it was before.",
            (
                lambda logits, temperature: pytorch(logits, 1.0) / temperature,
                lambda logits, temperature: pytorch(logits, 1.0),
                lambda logits, temperature: pytorch(pytorch(logits, 1.0), temperature),
                lambda logits, temperature: pytorch(logits, 1.0) * temperature,
                lambda logits, temperature: pytorch(logits, 1.0) ** (1 / temperature),
            ),
            calls=WARM,
        ),
    ),
)
