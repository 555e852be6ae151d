"""BERT against PyTorch's embeddings, nn.TransformerEncoder and a linear map with the same weights (Devlin et al. 2019)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Given, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import (
    agrees,
    every,
    gradients_agree,
    has_the_right_form,
    leaves_its_inputs_alone,
)
from autograder.judging.subject import Library
from autograder.judging.trial import Trial
from autograder.units.u05_transformer.modes import DROPOUT, has_the_parts
from autograder.units.u05_transformer.truth import State, below, double, layer_sizes, parameters
from autograder.units.u08_bert_pretraining.truth import (
    CONFIG,
    GELU,
    Config,
    bert_shapes,
    embeddings,
    encoded,
    linear,
    of,
)

Init = tuple[Given]
Pooling = Callable[[State, Tensor, Tensor], Tensor]
Both = tuple[Tensor, Tensor]
WHOLE = ("two_layers", "one_layer", "one_token")
MASKED = ("padded", "with_holes")


def draw(draw: Draw) -> dict[str, Call]:
    """Whole and padded texts, a mask with holes, two layers and one, as many positions as there are, three segments."""
    heads, width, inner = layer_sizes(draw)
    batch, length, longest = 4, draw.size(5, 6), 7
    config = Config(draw.size(12, 15), width, 2, heads, inner, longest)
    shallow = config._replace(num_layers=1, num_segments=3)
    deep, flat = (parameters(draw, bert_shapes(sizes)) for sizes in (config, shallow))

    def call(b: int, t: int, mask: Tensor | None = None, own: Config = config, state: State = deep) -> Call:
        segments = draw.ids(b, t, high=own.num_segments)
        whole = torch.ones(b, t, dtype=torch.bool)
        ids = draw.ids(b, t, low=1, high=own.vocab_size)
        return Call((ids, segments, whole if mask is None else mask), init=(Given(CONFIG, tuple(own)),), state=state)

    padded = torch.arange(length) < draw.lengths(batch, length)[:, None]
    # [CLS] is always there, the rest has holes.
    holes = draw.mask(batch, longest) | (torch.arange(longest) == 0)
    holes[:, -1] = False
    by_name = call(batch, longest, holes, shallow, flat)
    ids, segments, mask = by_name.args
    return {
        "two_layers": call(batch, length),
        "one_layer": call(1, length, None, shallow, flat),
        "one_token": call(2, 1, None, shallow, flat),
        "padded": call(batch, length, padded),
        "with_holes": replace(by_name, args=(ids,), kwargs={"mask": mask, "segments": segments}),
        "float64": call(batch, length, padded, shallow, double(flat)),
    }


def first(state: State, hidden: Tensor, mask: Tensor) -> Tensor:
    """The pooler's tanh of the first position."""
    return linear(state, "pooler", hidden[:, 0]).tanh()


def pytorch(pooling: Pooling = first, activation: Library = GELU, masked: bool = True) -> Callable[..., Both]:
    """PyTorch's parts, one after the other, with a pooling of one's choice."""

    def model(init: Init, state: State, ids: Tensor, segments: Tensor, mask: Tensor) -> Both:
        x = embeddings(below(state, "embeddings"), ids, segments)
        hidden = encoded(of(init), state, x, mask if masked else None, activation)
        return hidden, pooling(state, hidden, mask)

    return model


def mean(hidden: Tensor, mask: Tensor | None) -> Tensor:
    """The mean over the positions, over those that the mask lets be seen if there is one."""
    if mask is None:
        return hidden.mean(1)
    return (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)


def keeps_the_config(trial: Trial) -> None:
    """The instance has a config with the values that it was constructed with."""
    call = trial.calls["one_layer"]
    made = trial.target(call)
    for name, value in of(call.init or ())._asdict().items():
        found = trial.subject.attribute(made, f"config.{name}")
        expect.equal(found, value, what=f"config.{name} of the model", hint="self.config is the given config.")


def drops_only_in_training(trial: Trial) -> None:
    """Without dropout and in evaluation the output is the oracle's; in training with dropout it is random."""
    call, expected = trial.calls["with_holes"], trial.expected("with_holes")
    config = of(call.init or ())._replace(dropout=DROPOUT)
    dropping = replace(call, init=(Given(CONFIG, tuple(config)),))
    modes = {
        "in training mode with dropout 0": replace(call, training=True),
        f"in evaluation mode with dropout {DROPOUT}": dropping,
    }
    for mode, own in modes.items():
        hint = "Dropout does nothing at a rate of 0, nor in evaluation mode, whatever its rate."
        hidden, _ = expect.items(trial.run(own), RETURNS)
        expect.close(hidden, expected[0], what=f"hidden {mode}", hint=hint)
    (one, _), (other, _) = (expect.items(trial.run(replace(dropping, training=True)), RETURNS) for _ in range(2))
    one, other = (expect.tensor(hidden, what="hidden", shape=expected[0].shape) for hidden in (one, other))
    if bool(one.isnan().any()) or torch.equal(one, other):
        raise Mismatch(
            what=f"two outputs of one model for the same input, in training mode with config.dropout={DROPOUT}",
            expected="two that differ, because each time other numbers are dropped",
            actual="NaN" if bool(one.isnan().any()) else "the same twice",
            hint="Is config.dropout handed on to the embeddings and to the encoder?",
        )


RETURNS = ("hidden", "pooled")
PARTS = "has_the_named_parts_and_keeps_the_config"
FORM = "returns_hidden_states_and_a_pooled_vector"
HIDDEN = "agrees_with_pytorch_on_whole_texts"

COMPONENT = Component(
    name="BertModel",
    draw=draw,
    oracle=pytorch(),
    returns=RETURNS,
    forbidden=("transformers.**", "torch.nn.Transformer*", "torch._transformer_encoder_layer_fwd"),
    properties=(
        Property(
            PARTS,
            1,
            every(
                has_the_parts(
                    "two_layers",
                    "one_layer",
                    hint="embeddings is a BertEmbeddings, encoder a post-norm Encoder, pooler nn.Linear(hidden_size, "
                    "hidden_size), with the sizes of the config.",
                ),
                keeps_the_config,
            ),
        ),
        Property(
            FORM,
            1,
            has_the_right_form(*WHOLE, hint="hidden is (B, T, D), pooled (B, D)."),
            needs=(PARTS,),
        ),
        Property(
            HIDDEN,
            3,
            agrees(
                *WHOLE,
                hint="Embeddings, then the encoder: post-norm, with the exact GELU (F.gelu) and eps 1e-12; then the "
                "pooler, a linear map and tanh, on the first position's last hidden state.",
            ),
            needs=(FORM,),
        ),
        Property(
            "hides_what_the_mask_hides",
            2,
            agrees(
                *MASKED,
                hint="mask is (B, T), True for a real token; attention wants it to broadcast to its scores "
                "(B, H, T, T): every query of a sequence sees the same keys.",
            ),
            needs=(HIDDEN,),
        ),
        Property(
            "has_the_exact_gelu_and_eps_in_float64",
            1,
            agrees("float64", hint="GELU is x·Φ(x), not its approximation with tanh; every norm's eps is 1e-12."),
            needs=("hides_what_the_mask_hides",),
        ),
        Property("drops_only_in_training", 1, drops_only_in_training, needs=("hides_what_the_mask_hides",)),
        Property(
            "can_be_trained_and_leaves_its_inputs_alone",
            1,
            every(gradients_agree("float64"), leaves_its_inputs_alone("padded")),
            needs=("hides_what_the_mask_hides",),
        ),
    ),
    mistakes=(
        Mistake(
            "relu-instead-of-gelu",
            "The feed-forward blocks use ReLU. BERT has GELU, x·Φ(x), which is smooth and lets a little of what is "
            "negative through: unit 05's Encoder takes an activation.",
            (pytorch(activation=Library("torch.nn.functional.relu")),),
        ),
        Mistake(
            "pooled-by-mean",
            "The pooled vector is made from a mean over the positions. In BERT it comes from the first position alone, "
            "[CLS]: a token that stands for nothing else, so that attention can collect there what is asked for.",
            tuple(
                pytorch(pooling)
                for pooling in (
                    lambda state, hidden, mask: linear(state, "pooler", mean(hidden, None)).tanh(),
                    lambda state, hidden, mask: linear(state, "pooler", mean(hidden, mask)).tanh(),
                    lambda state, hidden, mask: linear(state, "pooler", hidden).tanh().mean(1),
                    lambda state, hidden, mask: mean(linear(state, "pooler", hidden).tanh(), mask),
                    lambda state, hidden, mask: mean(hidden, None),
                    lambda state, hidden, mask: mean(hidden, mask),
                )
            ),
        ),
        Mistake(
            "no-pooler-tanh",
            "The pooler's tanh is missing: entries of pooled leave the interval from -1 to 1.",
            (pytorch(lambda state, hidden, mask: linear(state, "pooler", hidden[:, 0])),),
        ),
        Mistake(
            "mask-ignored",
            "The mask has no effect, and real tokens look at padding. Pad a text further: the hidden states of its "
            "tokens must not change.",
            (pytorch(masked=False),),
        ),
    ),
)
