"""A learned bias for each relative position and head, against lookups one at a time (T5's and Shaw et al.'s idea)."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, gradients_agree, has_the_parameters, has_the_right_form
from autograder.judging.trial import Trial

State = dict[str, Tensor]
CALLS = ("square", "wide", "tall", "one_query", "nothing_to_clip", "hundreds")


def draw(draw: Draw) -> dict[str, Call]:
    """One module for queries and keys of various numbers, hundreds too; another that clips nothing; float64."""
    few, many, heads = draw.sizes(3, 4, 8)
    near, far = draw.size(2, 3), draw.size(10, 15)
    clipping = {"table.weight": draw.normal(2 * near + 1, heads)}
    wide = {"table.weight": draw.normal(2 * far + 1, heads)}
    double = {"table.weight": draw.normal(2 * near + 1, heads, dtype=torch.float64)}

    def call(t_q: int, t_k: int, furthest: int = near, state: State = clipping) -> Call:
        return Call((t_q, t_k), init=(heads, furthest), state=state)

    return {
        "square": call(many, many),
        "wide": call(few, many),
        "tall": call(many, few),
        "one_query": call(1, many),
        "nothing_to_clip": call(few, many, far, wide),
        "hundreds": call(draw.size(200, 300), 2),
        "float64": call(few, many, state=double),
    }


def looked_up(sign: int = 1) -> Callable[[tuple[int, int], State, int, int], Tensor]:
    """The table's row for each query i and key j in turn, one entry per head."""

    def bias(init: tuple[int, int], state: State, query_length: int, key_length: int) -> Tensor:
        most = init[1]
        rows = [[max(-most, min(most, sign * (j - i))) + most for j in range(key_length)] for i in range(query_length)]
        return torch.stack([column[torch.tensor(rows)] for column in state["table.weight"].unbind(1)])

    return bias


def rearranged(
    change: Callable[[Tensor], Tensor], sign: int = 1
) -> Callable[[tuple[int, int], State, int, int], Tensor]:
    """The right bias with its axes changed."""
    return lambda init, state, t_q, t_k: change(looked_up(sign)(init, state, t_q, t_k))


def lengths_exchanged(init: tuple[int, int], state: State, query_length: int, key_length: int) -> Tensor:
    """The bias of as many queries as there are keys, and the reverse."""
    return looked_up()(init, state, key_length, query_length)


def shows_shared_across_heads(trial: Trial) -> bool:
    """With random parameters of whatever shape, all heads get the same biases."""
    call = trial.calls["wide"]
    made = trial.construct(*(call.init or ()))
    own = trial.subject.get_state(made)
    trial.subject.set_state(made, {name: trial.draw.normal(*tensor.shape) for name, tensor in own.items()})
    bias = trial.subject.call(made, call.args, {})
    heads = bias.reshape(-1, *call.args)
    varied = bool((heads[0] != heads[0, 0, 0]).any())
    return varied and bool((heads - heads[:1]).abs().max() < 1e-6)


COMPONENT = Component(
    name="RelativeBias",
    draw=draw,
    oracle=looked_up(),
    returns=("the bias",),
    properties=(
        Property(
            "has_a_table_of_distances_by_heads",
            1,
            has_the_parameters("wide", hint="self.table is nn.Embedding(2 * max_distance + 1, num_heads)."),
        ),
        Property(
            "has_a_bias_for_every_head_query_and_key",
            1,
            has_the_right_form(*CALLS, "float64", hint="It is added to scores (B, H, T_q, T_k)."),
            needs=("has_a_table_of_distances_by_heads",),
        ),
        Property(
            "depends_on_the_distance_only",
            2,
            agrees(*CALLS, "float64", hint="Entry [h, i, j] is the table's entry for distance j − i and head h."),
            needs=("has_a_bias_for_every_head_query_and_key",),
        ),
        Property("learns", 1, gradients_agree("wide"), needs=("depends_on_the_distance_only",)),
    ),
    mistakes=(
        Mistake(
            "sign-flipped",
            "The bias of a key to the right stands where that of a key to the left belongs. Distances run from the "
            "query to the key, j − i: put 0, 1, 2, ... into the table and read the row of query 0; it should not fall.",
            (looked_up(sign=-1),),
        ),
        Mistake(
            "shared-across-heads",
            "All heads get the same bias. The table has a column for each head, so that one head can look near and "
            "another far: is every column used?",
            shown_by=shows_shared_across_heads,
        ),
        Mistake(
            "transposed",
            "The right numbers on the wrong axes. Scores are (B, H, T_q, T_k), so the bias is (H, T_q, T_k): try a "
            "query length that differs from the key length. Remember that view does not move axes.",
            (
                rearranged(lambda bias: bias.permute(0, 2, 1)),
                rearranged(lambda bias: bias.permute(1, 2, 0)),
                rearranged(lambda bias: bias.permute(1, 0, 2)),
                rearranged(lambda bias: bias.permute(2, 1, 0)),
                rearranged(lambda bias: bias.permute(2, 0, 1)),
                rearranged(lambda bias: bias.permute(1, 2, 0).reshape(bias.shape)),
                rearranged(lambda bias: bias.permute(1, 0, 2).reshape(bias.shape)),
                lengths_exchanged,
            ),
        ),
    ),
)
