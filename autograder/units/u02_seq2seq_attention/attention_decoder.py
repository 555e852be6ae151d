"""A step of the attention decoder against PyTorch's LSTM cell and the formulas (Bahdanau et al. 2015)."""

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
from autograder.units.u02_seq2seq_attention.truth import additive, shares, weighted

State = dict[str, Tensor]
Sizes = tuple[int, int, int, int, int]
Cell = tuple[Tensor, Tensor]
Step = tuple[Tensor, Cell, Tensor]
UNMASKED = ("all_visible", "one_sentence", "one_place", "all_widths_equal")
MASKED = ("masked", "as_many_sentences_as_places")


def draw(draw: Draw) -> dict[str, Call]:
    """Five widths all different, and all equal, where one vector could stand for another; masks; an empty row."""
    batch, length = draw.sizes(2, 3, 6)
    embedding, hidden, memory, attention = draw.sizes(4, 3, 7)
    inits = ((draw.size(8, 11), embedding, hidden, memory, attention), (8, hidden, hidden, hidden, hidden))
    states = [parameters(draw, init) for init in inits]
    double = {name: tensor.double() for name, tensor in states[0].items()}
    peaked = double | {"v.weight": 3e3 * double["v.weight"]}

    def call(b: int, t: int, mask: Tensor | None = None, which: int = 0, state: State | None = None) -> Call:
        init, weights = inits[which], state or states[which]
        vocabulary, _, units, width, _ = init
        h, c, seen = (
            draw.normal(*shape, dtype=weights["v.weight"].dtype) for shape in ((b, units), (b, units), (b, t, width))
        )
        visible = torch.ones(b, t, dtype=torch.bool) if mask is None else mask
        return Call(
            (draw.ids(b, low=1, high=vocabulary), (h.tanh(), c), seen, visible),
            init=init,
            state=weights,
            method="step",
        )

    return {
        "all_visible": call(batch, length),
        "one_sentence": call(1, length),
        "one_place": call(batch, 1),
        "all_widths_equal": call(batch, length, which=1),
        "masked": call(batch, length, draw.mask(batch, length)),
        "as_many_sentences_as_places": call(length, length, draw.mask(length, length)),
        "empty_row": call(batch, length, draw.mask(batch, length, empty_row=True)),
        "float64": call(batch, length, draw.mask(batch, length), state=double),
        "large_scores": call(batch, length, draw.mask(batch, length), state=peaked),
    }


def parameters(draw: Draw, init: Sizes) -> State:
    """Random parameters under the names that the contract gives; no bias is zero."""
    vocabulary, embedding, hidden, memory, attention = init
    shapes: dict[str, tuple[int, ...]] = {
        "embedding.weight": (vocabulary, embedding),
        "cell.weight_ih": (4 * hidden, embedding + memory),
        "cell.weight_hh": (4 * hidden, hidden),
        "cell.bias_ih": (4 * hidden,),
        "cell.bias_hh": (4 * hidden,),
        "W_q.weight": (attention, hidden),
        "W_k.weight": (attention, memory),
        "v.weight": (1, attention),
        "projection.weight": (vocabulary, hidden + memory),
        "projection.bias": (vocabulary,),
    }
    return {name: draw.normal(*shape) for name, shape in shapes.items()}


class Formulas:
    """One step's quantities, from given parameters and inputs."""

    def __init__(self, given: State, tokens: Tensor, old: Cell, memory: Tensor, mask: Tensor | None) -> None:
        self.given, self.old, self.memory, self.mask = given, old, memory, mask
        self.embedded = F.embedding(tokens, given["embedding.weight"])

    def weights(self, h: Tensor) -> Tensor:
        """How a hidden state attends to the memory: (B, T)."""
        W_q, W_k, v = (self.given[f"{name}.weight"] for name in ("W_q", "W_k", "v"))
        return shares(additive(h, self.memory, W_q, W_k, v[0]), self.mask)

    def context(self, h: Tensor) -> Tensor:
        """What a hidden state gets from the memory: (B, M)."""
        return weighted(self.weights(h), self.memory)

    def cell(self, context: Tensor, old: Cell | None = None) -> Cell:
        """The new (h, c) from the old and [embedding; context]."""
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        inputs = torch.cat([self.embedded, context], dim=-1)
        h, c = torch.lstm_cell(inputs, old or self.old, *(self.given[f"cell.{name}"] for name in names))
        return h, c

    def logits(self, h: Tensor, context: Tensor) -> Tensor:
        """The projection of [h; context]."""
        inputs = torch.cat([h, context], dim=-1)
        return F.linear(inputs, self.given["projection.weight"], self.given["projection.bias"])


Vector = Callable[[Formulas], Tensor]


def attended(step: Formulas) -> Tensor:
    """The context, as it should be."""
    return step.context(step.old[0])


def step(into_cell: Vector = attended, into_output: Vector = attended, masked: bool = True) -> Callable[..., Step]:
    """A step with one vector beside the embedding in the cell and another beside h in the projection."""

    def made(init: Sizes, given: State, tokens: Tensor, state: Cell, memory: Tensor, memory_mask: Tensor) -> Step:
        formulas = Formulas(given, tokens, state, memory, memory_mask if masked else None)
        h, c = formulas.cell(into_cell(formulas))
        return formulas.logits(h, into_output(formulas)), (h, c), formulas.weights(state[0])

    return made


def mean_of_the_visible(step: Formulas) -> Tensor:
    """The mean of what the mask allows."""
    return weighted(shares(torch.zeros_like(step.memory[..., 0]), step.mask), step.memory)


INSTEAD: tuple[Vector, ...] = (
    lambda step: torch.zeros_like(step.memory[:, 0]),
    lambda step: step.memory.mean(1),
    mean_of_the_visible,
    lambda step: step.memory.sum(1),
    lambda step: step.memory[:, -1],
    lambda step: step.memory[:, 0],
    lambda step: step.embedded,
    lambda step: step.old[0],
    lambda step: step.old[1],
)
"""What may stand where the context belongs; some fit only where all widths are equal."""

NEW: tuple[Vector, ...] = (lambda step: step.cell(attended(step))[0], lambda step: step.cell(attended(step))[1])
"""The new h and the new c, which may stand there in the projection."""


def looks_after(
    first: Vector,
    again_from: Callable[[Cell, Cell], Cell] | None = None,
    weights_of_old: bool = False,
    context_of_old: bool = False,
) -> Callable[..., Step]:
    """A step that attends with the h that the cell makes of ``first``.

    Then the cell may run again on what was found, from a state chosen by ``again_from`` of the old and the new one.
    """

    def made(init: Sizes, given: State, tokens: Tensor, state: Cell, memory: Tensor, memory_mask: Tensor) -> Step:
        formulas = Formulas(given, tokens, state, memory, memory_mask)
        h, c = formulas.cell(first(formulas))
        weights = formulas.weights(state[0] if weights_of_old else h)
        context = formulas.context(state[0] if context_of_old else h)
        if again_from is not None:
            h, c = formulas.cell(context, again_from(state, (h, c)))
        return formulas.logits(h, context), (h, c), weights

    return made


COMPONENT = Component(
    name="AttentionDecoder",
    draw=draw,
    oracle=step(),
    returns=("logits", ("h", "c"), "weights"),
    properties=(
        Property(
            "returns_logits_state_and_weights",
            1,
            every(
                has_the_parameters(
                    "masked", hint="The constructor is given: leave its sub-modules and their names as they are."
                ),
                has_the_right_form(
                    "all_visible", "one_place", "masked", hint="step returns (logits (B, V), (h, c), weights (B, T))."
                ),
            ),
        ),
        Property(
            "looks_at_the_memory_before_it_moves_on",
            4,
            agrees(
                *UNMASKED,
                hint="The old h attends; the cell reads [embedding; context]; the projection reads [new h; context].",
            ),
            needs=("returns_logits_state_and_weights",),
        ),
        Property(
            "gives_padding_no_weight",
            1,
            agrees(*MASKED, hint="True in memory_mask means: a word, may be attended to."),
            needs=("looks_at_the_memory_before_it_moves_on",),
        ),
        Property(
            "works_where_nothing_can_be_attended_to",
            1,
            agrees("empty_row", hint="Weights and context are 0, and the step goes on without NaN."),
            needs=("gives_padding_no_weight",),
        ),
        Property(
            "keeps_the_precision_of_float64",
            1,
            agrees("float64", "large_scores"),
            needs=("gives_padding_no_weight",),
        ),
        Property(
            "can_be_trained",
            1,
            gradients_agree("empty_row"),
            needs=("works_where_nothing_can_be_attended_to",),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("masked", "empty_row"),
            needs=("returns_logits_state_and_weights",),
        ),
    ),
    mistakes=(
        Mistake(
            "context-unused-in-output",
            "The logits are made without the context. The projection reads [new h; context]: change one memory vector "
            "and see what it does to the logits.",
            tuple(step(into_output=vector) for vector in (*INSTEAD, *NEW)),
            calls=(*UNMASKED, *MASKED),
        ),
        Mistake(
            "context-unused-in-cell",
            "The new state doesn't depend on the context. The cell reads [embedding; context], so that the decoder "
            "remembers what it has looked at.",
            tuple(step(into_cell=vector) for vector in INSTEAD),
            calls=(*UNMASKED, *MASKED),
        ),
        Mistake(
            "mask-ignored",
            "memory_mask changes nothing, so the decoder attends to padding. Mask out all places but one and print the "
            "weights.",
            (step(masked=False),),
            calls=MASKED,
        ),
        Mistake(
            "attends-with-new-state",
            "The weights (or the context in the output) come from the new h. In this decoder the state *before* the "
            "step asks the memory, and the cell gets the answer; look at the order of your lines.",
            (
                *(looks_after(vector) for vector in (attended, *INSTEAD[:3])),
                looks_after(attended, weights_of_old=True),
                looks_after(attended, context_of_old=True),
                *(looks_after(vector, lambda old, new: old) for vector in (attended, *INSTEAD[:3])),
                *(looks_after(vector, lambda old, new: new) for vector in (attended, *INSTEAD[:3])),
            ),
            calls=(*UNMASKED, *MASKED),
        ),
    ),
)
