"""The whole model against nn.TransformerEncoder and nn.TransformerDecoder with its weights (Vaswani et al. 2017)."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check, every, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.subject import StudentError
from autograder.judging.trial import Trial
from autograder.units.u03_positional_encoding.sinusoidal_encoding import waves
from autograder.units.u05_transformer.modes import (
    any_of,
    behaves_as,
    drops_only_in_training,
    has_the_parts,
    takes_options_by_name,
)
from autograder.units.u05_transformer.truth import (
    FORBIDDEN,
    State,
    below,
    decoder,
    double,
    encoder,
    parameters,
    transformer_shapes,
)

UNPADDED = ("unpadded", "one_word", "two_layers")
PADDED = ("source_padding", "padding_anywhere", "other_pad_id")
SEEING = (*UNPADDED, *PADDED, "pre")
FAR_OUT = 2e-2
LONG = 5_100  # more than a table of positions made beforehand usually has


class Sizes(NamedTuple):
    """What a Transformer is constructed with, in the contract's order."""

    source_vocab: int
    target_vocab: int
    d_model: int
    num_heads: int
    d_ff: int
    num_layers: int
    dropout: float = 0.0
    pad_id: int = 0
    pre_norm: bool = False

    @property
    def stack(self) -> tuple[Any, ...]:
        """What its encoder and its decoder are constructed with."""
        return self.num_layers, self.d_model, self.num_heads, self.d_ff, 0.0, self.pre_norm


def draw(draw: Draw) -> dict[str, Call]:
    """Both orders; padding at the end and anywhere, of another id; lengths from one to a thousand; float64."""
    source, target = draw.sizes(2, 9, 13)
    heads, width = draw.choice([(2, 4), (3, 3), (3, 2)])
    batch, few, many = draw.sizes(3, 3, 5)
    sizes = Sizes(source, target, heads * width, heads, draw.size(10, 12), 1)
    two, pre = sizes._replace(num_layers=2), sizes._replace(pre_norm=True)
    small = Sizes(source, target, 4, 1, 3, 1)
    state, state_of_two, state_of_pre, state_of_small = (states(draw, s) for s in (sizes, two, pre, small))

    def call(s: Tensor, t: Tensor, *options: Any, state: State = state) -> Call:
        return Call((s, t), init=(*sizes[:6], *options), state=state)

    def words(b: int, length: int, vocab: int, pad_id: int = 0) -> Tensor:
        ids = draw.ids(b, length, high=vocab - 1)
        return ids + (ids >= pad_id)

    def padded(ids: Tensor, pad_id: int = 0) -> Tensor:
        lengths = draw.lengths(len(ids), ids.shape[1])
        return ids.masked_fill(torch.arange(ids.shape[1]) >= lengths[:, None], pad_id)

    def anywhere(ids: Tensor, pad_id: int) -> Tensor:
        return ids.masked_fill(~draw.mask(*ids.shape), pad_id)

    s, t, last = words(batch, few, source), words(batch, many, target), draw.size(1, 8)
    some = words(batch, few, source, last)
    return {
        "unpadded": call(s, t),
        "one_word": call(words(1, 1, source), words(1, 1, target)),
        "source_padding": call(padded(s), t),
        "padding_anywhere": call(anywhere(s, 0), anywhere(t, 0)),
        "other_pad_id": call(padded(some, last), anywhere(words(batch, many, target, last), last), 0.0, last),
        "two_layers": Call((words(batch, many, source), words(batch, few, target)), init=two[:6], state=state_of_two),
        "pre": call(padded(some, last), words(batch, many, target, last), 0.0, last, True, state=state_of_pre),
        "long_target": Call((words(1, 2, source), words(1, 520, target)), init=small[:6], state=state_of_small),
        "float64": call(padded(s), t, state=double(state)),
    }


def states(draw: Draw, sizes: Sizes) -> State:
    """Random parameters of a Transformer."""
    shapes = transformer_shapes(
        sizes.source_vocab, sizes.target_vocab, sizes.d_model, sizes.d_ff, sizes.num_layers, sizes.pre_norm
    )
    return parameters(draw, shapes)


def embed(state: State, name: str, ids: Tensor, scaled: bool = True, placed: bool = True) -> Tensor:
    """The rows of an embedding, times √d_model, plus their positions."""
    weight = state[f"{name}_embedding.weight"]
    places = waves(ids.shape[1], weight.shape[1]).to(weight.dtype)
    return F.embedding(ids, weight) * (math.sqrt(weight.shape[1]) if scaled else 1) + places * placed


def encoded(sizes: Sizes, state: State, embedded: Tensor, mask: Tensor) -> Tensor:
    """The memory."""
    return encoder(sizes.stack, below(state, "encoder"), embedded, mask)


def decoded(
    sizes: Sizes, state: State, embedded: Tensor, memory: Tensor, self_mask: Tensor, memory_mask: Tensor
) -> Tensor:
    """The logits."""
    found = decoder(sizes.stack, below(state, "decoder"), embedded, memory, self_mask, memory_mask)
    return F.linear(found, state["projection.weight"], state["projection.bias"])


def real(ids: Tensor, sizes: Sizes) -> Tensor:
    """Which ids are no padding: (B, 1, 1, T)."""
    return (ids != sizes.pad_id)[:, None, None]


def past(length: int) -> Tensor:
    """Which positions each position may see."""
    return torch.ones(length, length, dtype=torch.bool).tril()


def varied(
    scaled: tuple[bool, bool] = (True, True),
    placed: tuple[bool, bool] = (True, True),
    hidden: tuple[bool, ...] = (True, True, True),
    causal: bool = True,
    returned: Callable[[Tensor], Tensor] = lambda logits: logits,
) -> Callable[..., Tensor]:
    """PyTorch's stacks between an embedding and a projection: as they should be, or with something done differently.

    ``scaled`` and ``placed`` are about source and target, ``hidden`` about the padding that the encoder, the
    cross-attention and the decoder's self-attention see. At padding of the target anything will do: NaN.
    """

    def version(init: tuple[Any, ...], state: State, source: Tensor, target: Tensor) -> Tensor:
        sizes = Sizes(*init)
        of_source, of_target = real(source, sizes), real(target, sizes)
        for_encoder, for_memory, for_target = (
            mask if hides else torch.ones_like(mask)
            for mask, hides in zip((of_source, of_source, of_target), hidden, strict=True)
        )
        own = for_target & past(target.shape[1]) if causal else for_target
        memory = encoded(sizes, state, embed(state, "source", source, scaled[0], placed[0]), for_encoder)
        words = embed(state, "target", target, scaled[1], placed[1])
        logits = returned(decoded(sizes, state, words, memory, own, for_memory))
        return logits.masked_fill(~of_target[:, 0, 0, :, None], torch.nan)

    return version


def agrees(*names: str, hint: str) -> Check:
    """The logits at real words are the oracle's."""

    def check(trial: Trial) -> None:
        for name in names:
            same_at_words(trial, name, trial.result(name), f"{hint} The call was {trial.describe(name)}.")

    return check


def same_at_words(trial: Trial, name: str, logits: Any, hint: str, what: str = "the logits") -> None:
    """Logits that equal the oracle's wherever it has some; to the precision of float32, the encoding's."""
    expected = trial.expected(name)
    found = expect.tensor(logits, what=what, shape=expected.shape, dtype=expected.dtype, hint=hint)
    free = expected.isnan()
    expect.close(found.masked_fill(free, 0.0).float(), expected.masked_fill(free, 0.0).float(), what=what, hint=hint)


def far_positions_agree(trial: Trial) -> None:
    """Hundreds of words in the target, and thousands in the source of a model without layers if there can be one."""
    hint = "Any length will do: compute as many positions as there are words."
    roughly_the_same(trial.result("long_target"), trial.expected("long_target"), "the logits of 520 words", hint)
    call = trial.calls["long_target"]
    sizes, state = Sizes(*(call.init or ()))._replace(num_layers=0), dict(call.state or {})
    shapes = transformer_shapes(sizes.source_vocab, sizes.target_vocab, sizes.d_model, sizes.d_ff, 0)
    bare = replace(call, init=sizes[:6], state={name: state[name] for name in shapes})
    source = call.args[0].repeat(1, LONG // 2)
    if not can_be_without_layers(trial, bare):
        return
    memory, _ = expect.items(asked(trial, bare, "encode", source), ("memory", "mask"), "encode returns two tensors.")
    what = f"the embedded source of {LONG} words (encode of a model with num_layers=0)"
    roughly_the_same(memory, embed(state, "source", source), what, hint)


def can_be_without_layers(trial: Trial, bare: Call) -> bool:
    """Whether there is such a model: nobody has promised it, and with a layer, thousands of words take long."""
    try:
        asked(trial, bare, "encode", bare.args[0])
        names = trial.subject.get_state(trial.target(bare))
    except StudentError:
        return False
    return not any(name.startswith("encoder.layers.") for name in names)


def roughly_the_same(found: Any, expected: Tensor, what: str, hint: str) -> None:
    """As close as float32 angles are far out."""
    found = expect.tensor(found, what=what, shape=expected.shape, dtype=expected.dtype, hint=hint).detach()
    off = (found - expected).abs().nan_to_num(torch.inf)
    if float(off.max()) > FAR_OUT * float(expected.abs().max()):
        place = tuple(int(i) for i in (off == off.max()).nonzero()[0])
        raise Mismatch(
            what=f"{what}, at {list(place)}",
            expected=f"{expected[place].item():.4f}",
            actual=f"{found[place].item():.4f}",
            hint=hint,
        )


def does_not_look_ahead(trial: Trial) -> None:
    """Another last word of the target changes nothing before it."""
    call = trial.calls["unpadded"]
    source, target = call.args
    before = trial.result("unpadded")
    changed = torch.cat([target[:, :-1], target[:, -1:] % (Sizes(*(call.init or ())).target_vocab - 1) + 1], dim=1)
    after = trial.run(replace(call, args=(source, changed)))
    expect.close(
        after[:, :-1],
        before[:, :-1],
        what="the logits before the last word, after that word has been changed",
        hint="A word is predicted from those before it: each position of the target may see itself and what is left "
        "of it.",
    )


def does_not_see_padding(trial: Trial) -> None:
    """Padding put after the source changes nothing."""
    call = trial.calls["unpadded"]
    source, target = call.args
    longer = torch.cat([source, source.new_zeros(len(source), 2)], dim=1)
    expect.close(
        trial.run(replace(call, args=(longer, target))),
        trial.result("unpadded"),
        what="the logits, after padding has been put at the end of the source",
        hint="Neither the encoder nor the cross-attention may look at it.",
    )


def shows_visible_padding(trial: Trial) -> bool:
    """Right without padding, and padding after the source changes that, be it by little."""
    agrees(*UNPADDED, hint="")(trial)
    try:
        does_not_see_padding(trial)
    except Mismatch:
        return True
    return False


def comes_apart(trial: Trial) -> None:
    """encode gives the memory and the source's mask; decode uses the memory and the mask that it is given."""
    call = trial.calls["other_pad_id"]
    source, target = call.args
    encodes(trial, call, source)
    decodes(trial, call, target)


def encodes(trial: Trial, call: Call, source: Tensor) -> None:
    """The memory at real words, and which these are."""
    sizes, state = Sizes(*(call.init or ())), dict(call.state or {})
    memory, mask = expect.items(asked(trial, call, "encode", source), ("memory", "mask"), "encode returns two tensors.")
    visible = real(source, sizes)
    what, hint = f"the mask of encode({source.tolist()})", f"(B, 1, 1, T_s), False where the id is {sizes.pad_id}."
    expect.close(mask, visible, what=what, hint=hint)
    expected = encoded(sizes, state, embed(state, "source", source), visible)
    memory = expect.tensor(memory, what="the memory", shape=expected.shape, dtype=expected.dtype)
    padding = ~visible[:, 0, 0, :, None]
    hint = "The memory is what the encoder makes of the embedded source."
    memory, expected = memory.masked_fill(padding, 0.0), expected.masked_fill(padding, 0.0)
    expect.close(memory, expected, what="the memory at real words", hint=hint)


def decodes(trial: Trial, call: Call, target: Tensor) -> None:
    """The logits at real words, for a memory that no encoder made and any mask."""
    sizes, state = Sizes(*(call.init or ())), dict(call.state or {})
    memory = trial.draw.normal(len(target), sizes.target_vocab, sizes.d_model)
    mask = trial.draw.mask(len(target), 1, 1, sizes.target_vocab)
    visible = real(target, sizes)
    embedded = embed(state, "target", target)
    expected = decoded(sizes, state, embedded, memory, visible & past(target.shape[1]), mask)
    what, hint = (
        "the logits of decode",
        "decode asks the memory that it is given, where the mask that it is given is True.",
    )
    logits = asked(trial, call, "decode", target, memory, mask)
    logits = expect.tensor(logits, what=what, shape=expected.shape, dtype=expected.dtype, hint=hint)
    padding = ~visible[:, 0, 0, :, None]
    expect.close(logits.masked_fill(padding, 0.0), expected.masked_fill(padding, 0.0), what=what, hint=hint)


def asked(trial: Trial, call: Call, method: str, *args: Tensor) -> Any:
    """What a method of a call's instance returns; an error says which one was called."""
    try:
        return trial.subject.call(trial.target(call), args, {}, method=method)
    except StudentError as error:
        error.call = f"{method}({', '.join(map(expect.describe, args))})"
        raise


ALL_BUT_NONE = tuple(product((False, True), repeat=3))[:-1]
ONE_OR_BOTH = ((False, False), (False, True), (True, False))

COMPONENT = Component(
    name="Transformer",
    draw=draw,
    oracle=varied(),
    returns=("the logits",),
    forbidden=FORBIDDEN,
    properties=(
        Property(
            "has_the_named_parts",
            1,
            has_the_parts(
                "two_layers",
                "pre",
                hint="source_embedding and target_embedding are nn.Embedding, encoder is an Encoder, decoder a "
                "Decoder, projection an nn.Linear(d_model, target_vocab).",
            ),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("unpadded"),
            needs=("has_the_named_parts",),
        ),
        Property(
            "gives_every_word_of_the_target_a_score_for_every_word",
            1,
            has_the_right_form(*UNPADDED, hint="(B, T_t, V) with the target's length and the target's vocabulary."),
            needs=("has_the_named_parts",),
        ),
        Property(
            "does_not_look_ahead",
            1,
            does_not_look_ahead,
            needs=("gives_every_word_of_the_target_a_score_for_every_word",),
        ),
        Property(
            "does_not_see_padding_of_the_source",
            1,
            does_not_see_padding,
            needs=("gives_every_word_of_the_target_a_score_for_every_word",),
        ),
        Property(
            "agrees_with_pytorch",
            3,
            agrees(
                *UNPADDED,
                hint="Embedding times √d_model plus sinusoidal positions, for source and target; encoder, decoder, "
                "projection. The logits are returned as they are: the loss does the softmax.",
            ),
            needs=("gives_every_word_of_the_target_a_score_for_every_word",),
        ),
        Property(
            "hides_padding_wherever_it_stands",
            2,
            agrees(
                *PADDED,
                hint="Padding (the id is the constructor's pad_id) is hidden from the encoder, the cross-attention, "
                "and the decoder's self-attention, together with what lies ahead.",
            ),
            needs=("agrees_with_pytorch",),
        ),
        Property(
            "agrees_with_pytorch_in_the_pre_norm_order",
            1,
            every(
                agrees("pre", hint="pre_norm is handed on to both stacks."),
                takes_options_by_name("pre", "dropout", "pad_id", "pre_norm"),
            ),
            needs=("hides_padding_wherever_it_stands",),
        ),
        Property(
            "comes_apart_into_encode_and_decode",
            2,
            comes_apart,
            needs=("hides_padding_wherever_it_stands",),
        ),
        Property("takes_sentences_of_any_length", 1, far_positions_agree, needs=("agrees_with_pytorch",)),
        Property(
            "computes_in_float64",
            1,
            agrees("float64", hint="The model's parameters are float64, so its logits are."),
            needs=("hides_padding_wherever_it_stands",),
        ),
        Property(
            "can_be_trained_from_end_to_end",
            1,
            gradients_agree("source_padding"),
            needs=("hides_padding_wherever_it_stands",),
        ),
        Property("drops_only_in_training", 1, drops_only_in_training("unpadded"), needs=("agrees_with_pytorch",)),
    ),
    mistakes=(
        Mistake(
            "embedding-not-scaled",
            "The embedding isn't multiplied by √d_model, in the source, the target or both. Positions have sines and "
            "cosines of size 1: compare the size of a word's vector with that, and look at section 3.4 of the paper.",
            tuple(varied(scaled=scaled) for scaled in ONE_OR_BOTH),
            calls=SEEING,
        ),
        Mistake(
            "positions-missing",
            "The model doesn't know where a word stands, in the source, the target or both: nothing was added to the "
            "embeddings. Exchange two words of the source and see whether the logits change.",
            tuple(varied(placed=placed) for placed in ONE_OR_BOTH),
            calls=SEEING,
        ),
        Mistake(
            "no-causal-mask",
            "The decoder sees the words that it is to predict. In training the whole target is there, so the "
            "self-attention needs a causal mask besides the one for padding: change the last word and see which "
            "logits change.",
            (varied(causal=False), varied(causal=False, hidden=(True, True, False))),
            calls=SEEING,
        ),
        Mistake(
            "padding-leaks",
            "Padding is looked at: it changes the logits of real words. It must be hidden in three places: the "
            "encoder's self-attention, the cross-attention, the decoder's self-attention. Put more of it after a "
            "source and see what changes.",
            shown_by=any_of(
                shows_visible_padding,
                behaves_as(*(varied(hidden=hidden) for hidden in ALL_BUT_NONE), calls=PADDED),
            ),
        ),
        Mistake(
            "returns-probabilities",
            "What comes out has been through a softmax. The loss and the decoding expect logits, the projection's "
            "numbers as they are; a second softmax flattens all of them: print the sum over the last axis.",
            (
                varied(returned=lambda logits: logits.softmax(-1)),
                varied(returned=lambda logits: logits.log_softmax(-1)),
            ),
            calls=SEEING,
        ),
    ),
)
