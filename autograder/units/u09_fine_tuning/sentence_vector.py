"""One vector for a sentence, four ways, against a loop over the sentences (Devlin et al. 2019, section 5.3)."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.subject import leaves

States = tuple[Tensor, ...]
Pool = Callable[[Tensor, Tensor], Tensor]
LAST_FOUR = slice(-4, None)
WAYS = ("cls", "mean", "last4_sum", "last4_concat")
UNPADDED = tuple(f"{how}_unpadded" for how in WAYS)
DEEP = ("last4_sum", "last4_concat", "last4_sum_of_four", "last4_concat_of_four")


def draw(draw: Draw) -> dict[str, Call]:
    """Padded and unpadded batches; four layers, and more; one sentence of one token."""
    batch, length, width = draw.sizes(3, 3, 7)
    mask = torch.arange(length) < draw.lengths(batch, length)[:, None]

    def call(how: str, layers: int = 6, seen: Tensor = mask, dtype: torch.dtype = torch.float32) -> Call:
        states = [draw.normal(*seen.shape, width, dtype=dtype, scale=2.0) + 0.5 for _ in range(layers + 1)]
        return Call((tuple(states), seen, how))

    full, single = torch.ones_like(mask), torch.ones(1, 1, dtype=torch.bool)
    return {
        **{how: call(how, draw.size(5, 6)) for how in WAYS},
        **{f"{how}_unpadded": call(how, 5, full) for how in WAYS},
        "last4_sum_of_four": call("last4_sum", 4),
        "last4_concat_of_four": call("last4_concat", 4),
        "mean_of_four": call("mean", 4),
        "cls_of_four": call("cls", 4),
        "single_token": call("last4_concat", 4, single),
        "float64": call("last4_concat", 4, dtype=torch.float64),
        "float64_mean": call("mean", 4, dtype=torch.float64),
    }


def masked_mean(vectors: Tensor, mask: Tensor) -> Tensor:
    """The mean over real tokens, one sentence after the other."""
    return torch.stack([row[: int(seen.sum())].mean(0) for row, seen in zip(vectors, mask, strict=True)])


def pooled(
    pool: Pool = masked_mean, layers: slice = LAST_FOUR, last: int = -1
) -> Callable[[States, Tensor, str], Tensor]:
    """The four ways, with another pooling, other layers in the place of the last four, another in that of the last."""

    def vector(hidden_states: States, mask: Tensor, how: str) -> Tensor:
        if how == "cls":
            return hidden_states[last][:, 0]
        if how == "mean":
            return pool(hidden_states[last], mask)
        chosen = hidden_states[layers]
        return pool(torch.stack(chosen).sum(0) if how == "last4_sum" else torch.cat(chosen, -1), mask)

    return vector


def along_the_tokens(hidden_states: States, mask: Tensor, how: str) -> Tensor:
    """Four layers one below the other, as four times as many tokens, and their mean."""
    return torch.stack([masked_mean(state, mask) for state in hidden_states[-4:]]).mean(0)


COMPONENT = Component(
    name="sentence_vector",
    draw=draw,
    oracle=pooled(),
    returns=("the vectors",),
    properties=(
        Property(
            "is_a_vector_for_every_sentence",
            1,
            has_the_right_form(*WAYS, hint="(B, D), and (B, 4 D) for last4_concat."),
        ),
        Property(
            "takes_the_first_tokens_vector",
            1,
            agrees("cls", "cls_unpadded", "cls_of_four", hint="cls: the last layer's vector of the first token."),
        ),
        Property(
            "takes_the_mean_of_the_last_layer",
            1,
            agrees("mean_unpadded", hint="mean: over the tokens of the last layer."),
        ),
        Property(
            "sums_or_concatenates_the_last_four_layers_of_each_token",
            2,
            agrees(
                "last4_sum_unpadded",
                "last4_concat_unpadded",
                hint="hidden_states[0] is the embedding layer's output, hidden_states[L] the last layer's. Each token "
                "first gets one vector, made of its own four (layer L−3 first), then comes the mean over tokens.",
            ),
        ),
        Property(
            "leaves_padding_out_of_the_mean",
            2,
            agrees(
                "mean",
                "mean_of_four",
                "last4_sum",
                "last4_sum_of_four",
                "last4_concat",
                "last4_concat_of_four",
                "single_token",
                hint="The sum over real tokens, divided by how many they are.",
            ),
            needs=(
                "takes_the_mean_of_the_last_layer",
                "sums_or_concatenates_the_last_four_layers_of_each_token",
            ),
        ),
        Property(
            "keeps_the_precision_of_float64",
            1,
            agrees("float64", "float64_mean"),
            needs=("leaves_padding_out_of_the_mean",),
        ),
        Property(
            "passes_gradients_back_and_leaves_its_inputs_alone",
            1,
            every(gradients_agree("last4_concat", "cls"), leaves_its_inputs_alone("mean", "last4_sum")),
            needs=("leaves_padding_out_of_the_mean",),
        ),
    ),
    mistakes=(
        Mistake(
            "padding-averaged",
            "Padding is part of the mean: its vectors are in the sum, or its tokens are counted. The same sentence in "
            "a longer batch then has another vector. Append a column of padding: what should change?",
            (
                pooled(lambda vectors, mask: vectors.mean(1)),
                pooled(lambda vectors, mask: (vectors * mask[..., None]).mean(1)),
                pooled(lambda vectors, mask: vectors.sum(1) / mask.sum(1, keepdim=True)),
            ),
            calls=("mean", "mean_of_four", *DEEP, *UNPADDED),
        ),
        Mistake(
            "embedding-layer-counted",
            "The embedding layer's output is among the layers. A model of L layers has L + 1 hidden states: "
            "hidden_states[0] is what goes into the first layer, and the last four are hidden_states[L−3] to "
            "hidden_states[L].",
            (
                pooled(layers=slice(-5, -1)),
                pooled(layers=slice(-5, -1), last=-2),
                pooled(layers=slice(-5, None)),
                pooled(layers=slice(0, 4)),
                pooled(layers=slice(0, 4), last=0),
                pooled(layers=slice(0, None)),
                pooled(layers=slice(0, -1), last=-2),
            ),
            calls=(*WAYS, *DEEP, *UNPADDED),
        ),
        Mistake(
            "concatenates-tokens",
            "Layers are put one after the other along the tokens, not along the features. Each token's four vectors "
            "make one of 4 D numbers: which axis is that?",
            shown_by=lambda trial: all(
                concatenated_tokens(leaf, trial.calls[name].args)
                for name in ("last4_concat_unpadded", "last4_concat_of_four")
                for _, leaf in leaves(trial.result(name))
            ),
        ),
    ),
)


def concatenated_tokens(found: Any, args: tuple[States, Tensor, str]) -> bool:
    """Whether a value is what comes of four layers of T tokens taken for one of 4 T, pooled or not."""
    states, mask, how = args
    batch, length, width = states[-1].shape
    if not isinstance(found, Tensor):
        return False
    if tuple(found.shape) == (batch, width):
        unmasked = torch.cat(states[-4:], 1).mean(1)
        return any(torch.allclose(found, wrong, rtol=1e-4, atol=1e-4) for wrong in (along_the_tokens(*args), unmasked))
    whole = {(batch, 4 * length, width), (batch, length * width), (batch, 4 * length * width)}
    return tuple(found.shape) in whole and how == "last4_concat"
