"""The decoder-only language model against nn.TransformerEncoder with the same weights (Radford et al. 2019)."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import agrees, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.trial import Trial
from autograder.units.u05_transformer.modes import drops_only_in_training, has_the_parts
from autograder.units.u05_transformer.truth import (
    State,
    below,
    double,
    encoder,
    encoder_layer_shapes,
    layer_sizes,
    parameters,
    stack_shapes,
)

Sizes = tuple[int, int, int, int, int, int]
CALLS = ("whole_context", "part_of_the_context", "two_layers")


def draw(draw: Draw) -> dict[str, Call]:
    """Contexts of one token, of some and of all positions; some words of the vocabulary never occur in them."""
    heads, d_model, d_ff = layer_sizes(draw)
    max_length, batch = draw.size(5, 6), draw.size(2, 4)
    vocabulary = draw.choice([v for v in range(12, 16) if v != d_ff])

    def init(num_layers: int) -> Sizes:
        return vocabulary, max_length, d_model, heads, d_ff, num_layers

    state, deep = (parameters(draw, shapes(init(layers))) for layers in (1, 2))

    def call(length: int, weights: State = state, num_layers: int = 1) -> Call:
        return Call((draw.ids(batch, length, high=vocabulary - 3),), init=init(num_layers), state=weights)

    return {
        "single_token": call(1),
        "whole_context": call(max_length),
        "part_of_the_context": call(max_length - 2),
        "two_layers": call(max_length - 1, deep, 2),
        "float64": call(max_length, double(state)),
    }


def shapes(init: Sizes) -> dict[str, tuple[int, ...]]:
    """The parameters' names and shapes; the one table of tokens is all that the logits need."""
    vocabulary, max_length, d_model, _, d_ff, num_layers = init
    stack = stack_shapes(encoder_layer_shapes(d_model, d_ff), num_layers, final_norm=d_model)
    return {
        "token_embedding.weight": (vocabulary, d_model),
        "positions.embedding.weight": (max_length, d_model),
        **{f"encoder.{name}": shape for name, shape in stack.items()},
    }


def pytorch(
    mask: Callable[[int], Tensor | None] = lambda length: torch.ones(length, length, dtype=torch.bool).tril(),
    placed: Callable[[Tensor], Tensor] = lambda positions: positions,
) -> Callable[[Sizes, State, Tensor], Tensor]:
    """nn.TransformerEncoder, pre-norm, between the sum of two embeddings and the first of them transposed."""

    def logits(init: Sizes, state: State, ids: Tensor) -> Tensor:
        _, _, d_model, heads, d_ff, num_layers = init
        words, positions = state["token_embedding.weight"], state["positions.embedding.weight"]
        x = F.embedding(ids, words) + placed(positions[: ids.shape[1]])
        sizes = (num_layers, d_model, heads, d_ff, 0.0, True)
        return encoder(sizes, below(state, "encoder"), x, mask(ids.shape[1])) @ words.T

    return logits


def looks_at_no_later_token(trial: Trial) -> None:
    """Another last token changes no logits but its own position's."""
    call = trial.calls["whole_context"]
    (ids,) = call.args
    other = ids.clone()
    other[:, -1] = (ids[:, -1] + 1) % (call.init or (0,))[0]
    before = trial.result("whole_context")
    after = trial.run(Call((other,), init=call.init, state=call.state))
    right = trial.expected("whole_context")
    found, changed = (expect.tensor(value, what="the logits", shape=right.shape) for value in (before, after))
    if bool(found.isnan().any()):
        hint = "Is there a position that may attend to no token, not even to itself?"
        raise Mismatch(what="the logits", expected="finite numbers", actual="NaN", hint=hint)
    gap = float((found - changed).detach()[:, :-1].abs().max())
    if not gap < 1e-4:
        raise Mismatch(
            what="the logits at earlier positions when the last token is replaced",
            expected="the same as before",
            actual=f"a change of up to {gap:.3g}",
            hint="The logits at position t predict token t + 1 and may depend on tokens 0 … t only. Does the encoder "
            "get a causal mask?",
        )


def has_a_head_of_its_own(trial: Trial) -> bool:
    """The logits of words that don't occur don't depend on their embeddings, or not as far as autograd can see."""
    call = trial.calls["whole_context"]
    state = dict(call.state or {})
    table = state["token_embedding.weight"].clone()
    table[-3:] += 1.0
    other = trial.run(Call(call.args, init=call.init, state={**state, "token_embedding.weight": table}))
    found = trial.result("whole_context")
    if found.shape == other.shape and torch.allclose(found, other, rtol=1e-4, atol=1e-4):
        return True
    gradient = trial.gradients("whole_context").by_leaf["state.token_embedding.weight"]
    return gradient is not None and not bool(gradient[-3:].any())


def has_no_positions(trial: Trial) -> bool:
    """The logits are those without positions, whether there is a table of positions or not."""
    without = pytorch(placed=torch.zeros_like)
    for name in CALLS:
        call = trial.calls[name]
        there = trial.subject.get_state(trial.construct(*(call.init or ())))
        state = dict(call.state or {})
        if "positions.embedding.weight" not in there:
            del state["positions.embedding.weight"]
        found = trial.run(Call(call.args, init=call.init, state=state))
        if not torch.allclose(found, trial.evaluate(without, call), rtol=1e-4, atol=1e-4):
            return False
    return True


COMPONENT = Component(
    name="CausalLM",
    draw=draw,
    oracle=pytorch(),
    returns=("the logits",),
    properties=(
        Property(
            "has_the_named_parts",
            1,
            has_the_parts(
                "whole_context",
                "two_layers",
                hint="token_embedding is nn.Embedding(vocab_size, d_model), positions is "
                "LearnedPositions(max_length, d_model), encoder is a pre-norm Encoder, which ends with a norm.",
            ),
        ),
        Property(
            "returns_a_score_for_every_word_at_every_position",
            1,
            has_the_right_form("single_token", *CALLS, hint="(B, T, V) with the vocabulary's V."),
            needs=("has_the_named_parts",),
        ),
        Property(
            "looks_at_no_later_token",
            2,
            looks_at_no_later_token,
            needs=("returns_a_score_for_every_word_at_every_position",),
        ),
        Property(
            "agrees_with_pytorch",
            3,
            agrees(
                "single_token",
                *CALLS,
                hint="Token embedding (not scaled), plus positions, through the encoder under a causal mask, times the "
                "transposed table of token embeddings, without a bias.",
            ),
            needs=("has_the_named_parts",),
        ),
        Property("keeps_the_precision_of_float64", 1, agrees("float64"), needs=("agrees_with_pytorch",)),
        Property(
            "drops_only_in_training",
            1,
            drops_only_in_training("part_of_the_context"),
            needs=("agrees_with_pytorch",),
        ),
        Property(
            "can_be_trained_from_end_to_end",
            1,
            gradients_agree(
                "whole_context",
                hint="The table of token embeddings is used at both ends and gets a gradient from both.",
            ),
            needs=("agrees_with_pytorch",),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("part_of_the_context"),
            needs=("returns_a_score_for_every_word_at_every_position",),
        ),
    ),
    mistakes=(
        Mistake(
            "no-causal-mask",
            "Every position sees the tokens after it, and so the very token that it is to predict. Training would look "
            "splendid, and generation would fail: replace the last token and see which logits change.",
            (pytorch(mask=lambda length: None),),
        ),
        Mistake(
            "untied-head",
            "The logits come from a matrix of their own, or from a copy of the embeddings that goes its own way. "
            "Here one table serves both ends: the logit of a word is the product of the hidden state with that word's "
            "embedding.",
            shown_by=has_a_head_of_its_own,
        ),
        Mistake(
            "positions-missing",
            "The positions aren't added, so that the model can hardly tell one order of the past from another. Give "
            "it two contexts with the same tokens in another order: what is different at the last position?",
            shown_by=has_no_positions,
        ),
    ),
)
