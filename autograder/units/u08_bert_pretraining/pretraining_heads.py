"""BERT's two heads against PyTorch's functions with the same weights (Devlin et al. 2019, section 3.1)."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging.component import Call, Component, Given, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.fixtures import TIED
from autograder.judging.properties import agrees, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.trial import Trial
from autograder.units.u05_transformer.modes import has_the_parts
from autograder.units.u05_transformer.truth import Shapes, State, double, norm_shapes, parameters
from autograder.units.u08_bert_pretraining.truth import Config, linear, normed, of

BERT = "autograder.judging.fixtures.BertModel"
ON_BERT = "autograder.judging.fixtures.OnBert"
CALLS = ("usual", "one_sequence", "one_token")
Both = tuple[Tensor, Tensor]
Transform = Callable[[State, Tensor], Tensor]


def draw(draw: Draw) -> dict[str, Call]:
    """A model, of which the heads use the table of tokens, with all sizes different; very small hidden states."""
    width = draw.choice([6, 8])
    config = Config(draw.size(11, 15), width, 1, 2, 9, 7)
    batch, length = draw.sizes(2, 3, 5)
    state = parameters(draw, shapes(config))
    tiny = double(state) | {name: state[name].double() * 1e-5 for name in ("transform.weight", "transform.bias")}

    def call(b: int, t: int, own: State = state) -> Call:
        dtype = own[TIED].dtype
        inputs = (draw.normal(b, t, width, dtype=dtype, scale=1.5), draw.normal(b, width, dtype=dtype))
        return Call(inputs, init=(Given(BERT, tuple(config)),), state=own, within=ON_BERT)

    return {
        "usual": call(batch, length),
        "one_sequence": call(1, length),
        "one_token": call(batch, 1),
        "float64": call(batch, length, double(state)),
        "tiny": call(batch, length, tiny),
    }


def shapes(config: Config) -> Shapes:
    """The heads' own parameters, and the model's table of tokens."""
    width = config.hidden_size
    return {
        TIED: (config.vocab_size, width),
        "transform.weight": (width, width),
        "transform.bias": (width,),
        **{f"norm.{name}": shape for name, shape in norm_shapes(width).items()},
        "decoder_bias": (config.vocab_size,),
        "next_sentence.weight": (2, width),
        "next_sentence.bias": (2,),
    }


def transformed(state: State, hidden: Tensor) -> Tensor:
    """A linear map, GELU, a norm."""
    return normed(state, "norm", F.gelu(linear(state, "transform", hidden)))


def pytorch(transform: Transform = transformed) -> Callable[..., Both]:
    """Both heads, with the transform to be exchanged."""

    def heads(init: tuple[Any, ...], state: State, hidden: Tensor, pooled: Tensor) -> Both:
        logits = F.linear(transform(state, hidden), state[TIED], state["decoder_bias"])
        return logits, linear(state, "next_sentence", pooled)

    return heads


def has_a_decoder_of_its_own(trial: Trial) -> bool:
    """The table of tokens has no effect on the logits, or gets no gradient from them."""
    call = trial.calls["usual"]
    state = dict(call.state or {})
    there = present(trial, call)
    own = {name: tensor for name, tensor in state.items() if name in there}
    before, after = (
        trial.run(Call(call.args, init=call.init, state={**own, TIED: table}, within=ON_BERT))
        for table in (state[TIED], state[TIED].flip(0) + 1.0)
    )
    if torch.allclose(before[0], after[0], rtol=1e-4, atol=1e-4):
        return True
    gradient = trial.gradients("usual").by_leaf.get(f"state.{TIED}")
    return gradient is None or not bool(gradient.any())


def present(trial: Trial, call: Call) -> set[str]:
    """The names of the parameters that there are, the model's table among them."""
    return {TIED, *trial.subject.get_state(trial.construct(*(call.init or ())))}


def has_no_transform(trial: Trial) -> bool:
    """The logits are those without the transform, or without its linear map, whether there is one or not."""
    versions = tuple(
        pytorch(transform)
        for transform in (
            lambda state, hidden: hidden,
            lambda state, hidden: normed(state, "norm", hidden),
            lambda state, hidden: F.gelu(hidden),
            lambda state, hidden: normed(state, "norm", F.gelu(hidden)),
        )
    )
    there = present(trial, trial.calls["usual"])
    found = {}
    for name in CALLS:
        call = trial.calls[name]
        own = {parameter: tensor for parameter, tensor in dict(call.state or {}).items() if parameter in there}
        found[name] = trial.run(Call(call.args, init=call.init, state=own, within=ON_BERT))[0]
    return any(
        all(
            torch.allclose(found[name], trial.evaluate(version, trial.calls[name])[0], rtol=1e-4, atol=1e-4)
            for name in CALLS
        )
        for version in versions
    )


PARTS = "has_the_named_parts"
FORM = "returns_logits_for_every_token_and_for_the_pair"
AGREES = "agrees_with_pytorch"

COMPONENT = Component(
    name="PretrainingHeads",
    draw=draw,
    oracle=pytorch(),
    returns=("masked_lm_logits", "next_sentence_logits"),
    properties=(
        Property(
            PARTS,
            1,
            has_the_parts(
                "usual",
                hint="transform is nn.Linear(D, D), norm nn.LayerNorm(D, eps=1e-12), decoder_bias an nn.Parameter of "
                "V numbers, next_sentence nn.Linear(D, 2); the decoder's weight is bert's table of tokens.",
            ),
        ),
        Property(
            FORM,
            1,
            has_the_right_form(*CALLS, hint="(B, T, V) and (B, 2)."),
            needs=(PARTS,),
        ),
        Property(
            AGREES,
            3,
            agrees(
                *CALLS,
                hint="For every token: transform, GELU, norm, then the product with each row of "
                "bert.embeddings.token.weight, as it is at the time of the call, plus decoder_bias. For the pair: "
                "next_sentence of pooled.",
            ),
            needs=(FORM,),
        ),
        Property(
            "has_the_exact_gelu_and_eps_in_float64",
            1,
            agrees("float64", "tiny", hint="GELU is x·Φ(x), not its approximation with tanh; the norm's eps is 1e-12."),
            needs=(AGREES,),
        ),
        Property(
            "trains_the_models_own_table_and_leaves_its_inputs_alone",
            2,
            every(
                gradients_agree(
                    "usual",
                    hint="The decoder's weight and bert.embeddings.token.weight are one and the same parameter, which "
                    "the logits' gradient reaches.",
                ),
                leaves_its_inputs_alone("usual"),
            ),
            needs=(AGREES,),
        ),
    ),
    mistakes=(
        Mistake(
            "untied-decoder",
            "The logits come from a matrix of their own, or from a copy of the embeddings that goes its own way. Here "
            "one table serves both ends: the logit of a token is the product with that token's embedding, and training "
            "one trains the other.",
            shown_by=has_a_decoder_of_its_own,
        ),
        Mistake(
            "transform-missing",
            "The hidden states go to the decoder without the transform. Between them BERT has a linear map, a GELU and "
            "a norm of the head's own, so that the last layer needn't speak the embeddings' language itself.",
            shown_by=has_no_transform,
        ),
    ),
)
