"""The encoder-decoder against PyTorch's LSTM cell, one sentence and one step at a time (Sutskever et al. 2014)."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import (
    agrees,
    every,
    gradients_agree,
    has_the_parameters,
    has_the_right_form,
    leaves_its_inputs_alone,
)

State = dict[str, Tensor]
Memory = tuple[Tensor, Tensor]
Sizes = tuple[int, int, int, int]
UNPADDED = ("nothing_padded", "single_words")


def draw(draw: Draw) -> dict[str, Call]:
    """Two vocabularies, lengths and widths all different; ragged sources, none padded, and single words."""
    (batch, t_s, t_t), (width, units) = draw.sizes(3, 2, 4), draw.sizes(2, 5, 7)
    source, target = draw.sizes(2, 7, 12)
    init = (source, target, width, units)
    state = parameters(draw, init)
    double = {name: tensor.double() for name, tensor in state.items()}

    def call(lengths: Tensor, steps: int, weights: State = state) -> Call:
        longest = int(lengths.max())
        ids = draw.ids(len(lengths), longest, low=2, high=source)
        ids = ids.masked_fill(torch.arange(longest) >= lengths[:, None], 1)
        read = draw.ids(len(lengths), steps, low=1, high=target)
        return Call((ids, lengths, read), init=init, state=weights)

    ragged = draw.lengths(batch, t_s)
    return {
        "nothing_padded": call(torch.full((batch,), t_s), t_t),
        "single_words": call(torch.ones(batch, dtype=torch.int64), 1),
        "ragged": call(ragged, t_t),
        "float64": call(ragged, t_t, double),
    }


def parameters(draw: Draw, init: Sizes) -> State:
    """Random parameters under the names that the contract gives; no bias is zero."""
    source, target, width, units = init
    shapes: dict[str, tuple[int, ...]] = {
        "source_embedding.weight": (source, width),
        "target_embedding.weight": (target, width),
        "projection.weight": (target, units),
        "projection.bias": (target,),
    }
    for lstm in ("encoder", "decoder"):
        shapes |= {f"{lstm}.W_x": (4 * units, width), f"{lstm}.W_h": (4 * units, units), f"{lstm}.b": (4 * units,)}
    return {name: draw.normal(*shape) for name, shape in shapes.items()}


def run(state: State, lstm: str, inputs: Tensor, start: Memory) -> tuple[list[Tensor], Memory]:
    """The outputs of an LSTM for one sentence (T, E), and its last (h, c), each (1, H)."""
    W_x, W_h, b = (state[f"{lstm}.{name}"] for name in ("W_x", "W_h", "b"))
    h, c = start
    outputs = []
    for x in inputs:
        h, c = torch.lstm_cell(x[None], (h, c), W_x, W_h, b, torch.zeros_like(b))
        outputs.append(h)
    return outputs, (h, c)


def stepwise(
    passed_on: Callable[[Memory], Memory] = lambda memory: memory,
    read: Callable[[int, int], int] = lambda length, longest: length,
) -> Callable[[Sizes, State, Tensor, Tensor, Tensor], Tensor]:
    """Each sentence alone: ``read`` says how much of the source is read, ``passed_on`` what the decoder gets of it."""

    def logits(init: Sizes, state: State, source: Tensor, source_lengths: Tensor, decoder_input: Tensor) -> Tensor:
        nothing = state["encoder.W_x"].new_zeros(1, init[3])
        hidden = []
        for ids, length, words in zip(source, source_lengths.tolist(), decoder_input, strict=True):
            embedded = F.embedding(ids[: read(length, len(ids))], state["source_embedding.weight"])
            _, memory = run(state, "encoder", embedded, (nothing, nothing))
            inputs = F.embedding(words, state["target_embedding.weight"])
            outputs, _ = run(state, "decoder", inputs, passed_on(memory))
            hidden.append(torch.cat(outputs))
        return F.linear(torch.stack(hidden), state["projection.weight"], state["projection.bias"])

    return logits


def output_at_the_end(
    init: Sizes, state: State, source: Tensor, source_lengths: Tensor, decoder_input: Tensor
) -> Tensor:
    """The decoder's h is the encoder's output at the last position of all, which is 0 past a sentence's end."""
    longest = source.shape[1]
    versions = [stepwise(passed_on) for passed_on in (lambda memory: memory, lambda memory: (0 * memory[0], memory[1]))]
    whole, short = (version(init, state, source, source_lengths, decoder_input) for version in versions)
    return torch.where((source_lengths == longest)[:, None, None], whole, short)


COMPONENT = Component(
    name="Seq2Seq",
    draw=draw,
    oracle=stepwise(),
    returns=("the logits",),
    properties=(
        Property(
            "returns_a_score_for_every_target_word_at_every_step",
            1,
            every(
                has_the_parameters(
                    "ragged", hint="The constructor is given: leave its sub-modules and their names as they are."
                ),
                has_the_right_form(*UNPADDED, "ragged", hint="(B, T, V): the decoder input's T, the target's V."),
            ),
        ),
        Property(
            "starts_the_decoder_from_the_encoders_last_state",
            3,
            agrees(
                *UNPADDED,
                hint="Source → embedding → encoder → (h, c) → decoder, which reads the embedded decoder_input → "
                "projection.",
            ),
            needs=("returns_a_score_for_every_target_word_at_every_step",),
        ),
        Property(
            "does_not_read_the_padding",
            2,
            agrees("ragged", hint="Some sources end before the batch does: where does the encoder learn that?"),
            needs=("starts_the_decoder_from_the_encoders_last_state",),
        ),
        Property("keeps_the_precision_of_float64", 1, agrees("float64"), needs=("does_not_read_the_padding",)),
        Property(
            "can_be_trained_from_end_to_end",
            1,
            gradients_agree("ragged"),
            needs=("does_not_read_the_padding",),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("ragged"),
            needs=("returns_a_score_for_every_target_word_at_every_step",),
        ),
    ),
    mistakes=(
        Mistake(
            "cell-state-dropped",
            "The decoder gets the encoder's h but not its c. An LSTM's state is the pair, and c is what remembers "
            "longest: what is the decoder's c in its first step?",
            (
                stepwise(lambda memory: (memory[0], torch.zeros_like(memory[1]))),
                stepwise(lambda memory: (memory[0], memory[0])),
            ),
        ),
        Mistake(
            "state-from-padding",
            "For short sources the state comes from the padding: the encoder went on reading after the last word, or "
            "its output was taken at the batch's last position. Change the ids in the padding; nothing may change.",
            (stepwise(read=lambda length, longest: longest), output_at_the_end),
        ),
        Mistake(
            "encoder-state-unused",
            "The decoder starts from zeros, so the translation doesn't depend on the source. Put two different sources "
            "in and compare the logits.",
            (stepwise(lambda memory: (torch.zeros_like(memory[0]), torch.zeros_like(memory[1]))),),
        ),
    ),
)
