"""Multi-head attention against nn.MultiheadAttention with the same weights (Vaswani et al. 2017, section 3.2.2)."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import agrees, compare, gradients_agree, leaves_its_inputs_alone
from autograder.judging.trial import Trial
from autograder.units.u04_multi_head_attention.truth import attention

State = dict[str, Tensor]
PROJECTIONS = ("q_proj", "k_proj", "v_proj", "out_proj")
DROPOUT = 0.25
UNMASKED = ("self", "cross", "cross_the_other_way", "same_lengths", "one_more_head")
MASKED = ("masked", "causal", "padding", "padding_as_many_as_heads", "mask_per_head")
WITHOUT_EMPTY_ROWS = (*UNMASKED, *MASKED, "float64", "float64_masked")


def draw(draw: Draw) -> dict[str, Call]:
    """Self- and cross-attention, masks of every rank, as many sequences as heads, even and odd numbers of heads."""
    heads = draw.size(2, 4)
    width = draw.choice([w for w in (2, 3, 5) if w != heads])
    d_model = heads * width
    t_q, t_k, batch = draw.sizes(3, 3, 7)
    batch = batch if batch != heads else heads + 4
    state = parameters(draw, d_model)

    in_dtype = {torch.float32: state, torch.float64: {name: tensor.double() for name, tensor in state.items()}}

    def call(
        b: int, q: int, k: int, mask: Tensor | None = None, dtype: torch.dtype = torch.float32, scale: float = 1.5
    ) -> Call:
        tensors = [draw.normal(b, t, d_model, dtype=dtype, scale=scale) for t in (q, k, k)]
        args = (*tensors, mask) if mask is not None else tuple(tensors)
        return Call(args, init=(d_model, heads), state=in_dtype[dtype])

    x = draw.normal(batch, t_q, d_model, scale=2.0)
    wider = draw.normal(batch, t_q, d_model + width, scale=2.0)
    return {
        "self": Call((x, x, x), init=(d_model, heads), state=state),
        "cross": call(batch, t_q, t_k),
        "cross_the_other_way": call(batch, t_k, t_q),
        "one_more_head": Call((wider,) * 3, init=(d_model + width, heads + 1), state=parameters(draw, d_model + width)),
        "same_lengths": call(batch, t_q, t_q),
        "masked": call(batch, t_q, t_k, draw.mask(batch, heads, t_q, t_k)),
        "causal": call(batch, t_q, t_q, torch.ones(t_q, t_q, dtype=torch.bool).tril()),
        "padding": call(batch, t_q, t_k, draw.mask(batch, 1, 1, t_k)),
        "padding_as_many_as_heads": call(heads, t_q, t_k, draw.mask(heads, 1, 1, t_k)),
        "mask_per_head": call(heads, t_q, t_k, draw.mask(heads, t_q, t_k)),
        "empty_row": call(batch, t_q, t_k, draw.mask(batch, 1, t_q, t_k, empty_row=True)),
        "large_scores": call(batch, t_q, t_k, draw.mask(t_q, t_k), torch.float64, scale=60.0),
        "float64": call(batch, t_q, t_k, dtype=torch.float64),
        "float64_masked": call(batch, t_q, t_k, draw.mask(t_q, t_k), torch.float64),
        "empty_row_of_same_lengths": call(batch, t_q, t_q, draw.mask(batch, 1, t_q, t_q, empty_row=True)),
    }


def parameters(draw: Draw, d_model: int) -> State:
    """Random weights and biases that are not zero."""
    weights = {f"{name}.weight": draw.normal(d_model, d_model, scale=d_model**-0.5) for name in PROJECTIONS}
    return weights | {f"{name}.bias": draw.normal(d_model) for name in PROJECTIONS}


def pytorch(
    init: tuple[int, int], state: State, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """nn.MultiheadAttention's function; rows with nothing to attend to, where it gives NaN, get weights 0."""
    d_model, heads = init
    scores = (query.shape[0], heads, query.shape[1], key.shape[1])
    allowed = torch.ones(scores, dtype=torch.bool) if mask is None else mask.expand(scores)
    empty = ~allowed.any(-1, keepdim=True)
    output, weights = F.multi_head_attention_forward(
        query.transpose(0, 1),
        key.transpose(0, 1),
        value.transpose(0, 1),
        d_model,
        heads,
        in_proj_weight=None,
        in_proj_bias=torch.cat([state[f"{name}.bias"] for name in PROJECTIONS[:3]]),
        bias_k=None,
        bias_v=None,
        add_zero_attn=False,
        dropout_p=0.0,
        out_proj_weight=state["out_proj.weight"],
        out_proj_bias=state["out_proj.bias"],
        attn_mask=~(allowed | empty).flatten(0, 1),
        average_attn_weights=False,
        use_separate_proj_weight=True,
        q_proj_weight=state["q_proj.weight"],
        k_proj_weight=state["k_proj.weight"],
        v_proj_weight=state["v_proj.weight"],
    )
    assert weights is not None
    nothing = empty.all(1).expand(query.shape)
    return torch.where(nothing, state["out_proj.bias"], output.transpose(0, 1)), weights.masked_fill(empty, 0.0)


def project(state: State, name: str, x: Tensor) -> Tensor:
    """One of the four linear maps."""
    return F.linear(x, state[f"{name}.weight"], state[f"{name}.bias"])


def split(x: Tensor, heads: int) -> Tensor:
    """Head by head, as slices of the features."""
    return torch.stack(x.chunk(heads, dim=-1), dim=1)


def cut(x: Tensor, heads: int) -> Tensor:
    """The numbers cut in memory order, as a view without a transpose does."""
    batch, length, features = x.shape
    return x.reshape(batch, heads, length, features // heads)


def join(x: Tensor) -> Tensor:
    """Heads side by side."""
    return torch.cat(x.unbind(1), dim=-1)


def read(x: Tensor) -> Tensor:
    """Heads read in memory order, as a view without a transpose does."""
    batch, heads, length, width = x.shape
    return x.reshape(batch, length, heads * width)


def varied(
    *,
    into: Callable[[Tensor, int], Tensor] = split,
    back: Callable[[Tensor], Tensor] = join,
    roles: Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]] = lambda q, k, v: (q, k, v),
    maps: tuple[str, str, str] = ("q_proj", "k_proj", "v_proj"),
    masked: Callable[[Tensor, int, int], Tensor | None] = lambda mask, batch, heads: mask,
    scale: Callable[[int, int], float | None] = lambda d_model, heads: None,
    out: bool = True,
    weights: Callable[[Tensor], Tensor] = lambda weights: weights,
    applied: Callable[[Tensor], Tensor] | None = None,
) -> Callable[..., Any]:
    """Multi-head attention put together from PyTorch's attention with one thing done differently."""

    def version(
        init: tuple[int, int], state: State, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        d_model, heads = init
        inputs = roles(query, key, value)
        q, k, v = (into(project(state, name, x), heads) for name, x in zip(maps, inputs, strict=True))
        seen = None if mask is None else masked(mask, query.shape[0], heads)
        mixed, shares = attention(q, k, v, seen, scale(d_model, heads))
        mixed = mixed if applied is None else applied(shares) @ v
        merged = back(mixed)
        return project(state, "out_proj", merged) if out else merged, weights(shares)

    return version


def repeated_over_batch(mask: Tensor, batch: int, heads: int) -> Tensor:
    """Heads folded into the batch with the mask repeated in the wrong order: repeat instead of repeat_interleave."""
    return mask[:, 0].expand(batch, *mask.shape[2:]).repeat(heads, 1, 1).reshape(batch, heads, *mask.shape[2:])


def mean_over_heads(weights: Tensor) -> Tensor:
    """The average that nn.MultiheadAttention returns unless told not to."""
    return weights.mean(1)


def has_the_named_parts(trial: Trial) -> None:
    """Four linear maps by name and shape, and the number of heads."""
    call = trial.calls["self"]
    d_model, heads = call.init or (0, 0)
    made = trial.construct(d_model, heads)
    state = trial.subject.get_state(made)
    for name, tensor in (call.state or {}).items():
        if name not in state:
            raise Mismatch(
                what=f"MultiHeadAttention({d_model}, {heads})",
                expected=f"a parameter {name}",
                actual=f"only {', '.join(sorted(state)) or 'no parameters'}",
                hint="q_proj, k_proj, v_proj and out_proj are nn.Linear(d_model, d_model), with their biases.",
            )
        expect.tensor(state[name], what=name, shape=tensor.shape)
    kept = trial.subject.attribute(made, "num_heads")
    expect.equal(kept, heads, what="the attribute num_heads")


def drops_weights_only_in_training(trial: Trial) -> None:
    """In training every weight is dropped or raised, each for itself and anew at each call; in evaluation none is."""
    evaluated = with_dropout(trial)
    for part, actual, expected in zip(("output", "weights"), evaluated, trial.expected("cross"), strict=True):
        hint = "In evaluation mode (module.eval()) dropout does nothing, whatever its rate."
        compare(actual, expected, what=f"the {part} in evaluation mode with dropout={DROPOUT}", hint=hint)
    for part, actual, expected in zip(("output", "weights"), in_training(trial), trial.expected("cross"), strict=True):
        hint = "Without dropout the mode changes nothing."
        compare(actual, expected, what=f"the {part} in training mode with dropout=0", hint=hint)
    first, second = weights_in_training(trial)
    kept = 1 / first.shape[-1] / (1 - DROPOUT)
    dropped, raised = first.abs() < 1e-4, (first - kept).abs() < 1e-4
    alike = torch.equal(first, second) or any(bool((dropped == dropped.narrow(d, 0, 1)).all()) for d in (1, 2, 3))
    if alike or not bool((dropped | raised).all()):
        raise Mismatch(
            what=f"the weights that made the output in training mode with dropout={DROPOUT}",
            expected="each weight, by itself and at random, either dropped (0) or divided by 1 − dropout",
            actual="the same for a whole axis, or at every call" if alike else "something else",
            hint="Dropout acts on the attention weights, after the softmax and before the values.",
        )


def weights_in_training(trial: Trial) -> list[Tensor]:
    """The weights of two calls, read off the outputs of a layer that weighs all its keys alike.

    Value and output maps are the identity, and there are as many keys as features in a head, with values that can be
    solved for the weights.
    """
    init = d_model, heads = trial.calls["cross"].init or (0, 0)
    width = d_model // heads
    state = {name: torch.zeros_like(tensor) for name, tensor in parameters(trial.draw, d_model).items()}
    state |= {f"{name}.weight": torch.eye(d_model) for name in ("v_proj", "out_proj")}
    values = torch.eye(width) + 1
    query, key = trial.draw.normal(1, 40, d_model), trial.draw.normal(1, width, d_model)
    made = trial.construct(*init, dropout=DROPOUT)
    trial.subject.set_state(made, state)
    trial.subject.call(made, (True,), {}, method="train")
    args = (query, key, values.repeat(1, heads)[None])
    answers = [expect.items(trial.subject.call(made, args, {}), ("output", "weights")) for _ in range(2)]
    outputs = [expect.tensor(output, what="output", shape=query.shape) for output, _ in answers]
    return [split(output.detach(), heads) @ values.inverse() for output in outputs]


def with_dropout(trial: Trial) -> tuple[Any, ...]:
    """The student's answer to the cross-attention call in evaluation mode, with dropout."""
    call = trial.calls["cross"]
    return expect.items(
        trial.run(Call(call.args, init=call.init, init_kwargs={"dropout": DROPOUT}, state=call.state)),
        ("output", "weights"),
    )


def in_training(trial: Trial) -> tuple[Any, ...]:
    """The student's answer to the cross-attention call in training mode, without dropout."""
    call = trial.calls["cross"]
    made = trial.construct(*(call.init or ()))
    trial.subject.set_state(made, call.state or {})
    trial.subject.call(made, (True,), {}, method="train")
    return expect.items(trial.subject.call(made, call.args, {}), ("output", "weights"))


def shows_dropout_in_eval(trial: Trial) -> bool:
    """Right without dropout; with it, random even in evaluation mode."""
    agrees("cross")(trial)
    first, second = (with_dropout(trial) for _ in range(2))
    return not torch.equal(first[0], second[0])


COMPONENT = Component(
    name="MultiHeadAttention",
    draw=draw,
    oracle=pytorch,
    returns=("output", "weights"),
    forbidden=(
        "torch.nn.functional.scaled_dot_product_attention",
        "torch._scaled_dot_product_*",
        "torch.nn.functional.multi_head_attention_forward",
        "torch.nn.MultiheadAttention",
        "torch._native_multi_head_attention",
    ),
    properties=(
        Property("has_the_four_named_projections", 1, has_the_named_parts),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("causal", "empty_row_of_same_lengths"),
            needs=("has_the_four_named_projections",),
        ),
        Property(
            "agrees_with_pytorch",
            3,
            agrees(*UNMASKED, hint="The weights are those of nn.MultiheadAttention, copied into your module."),
            needs=("has_the_four_named_projections",),
        ),
        Property(
            "gives_masked_keys_no_weight",
            2,
            agrees(
                *MASKED, "large_scores", hint="A mask broadcasts to scores (B, H, T_q, T_k); True means: may attend."
            ),
            needs=("agrees_with_pytorch",),
        ),
        Property(
            "gives_a_query_with_nothing_to_attend_to_zero_weights_not_nan",
            1,
            agrees("empty_row", hint="With weights 0 what is left is the output projection's bias."),
            needs=("gives_masked_keys_no_weight",),
        ),
        Property(
            "keeps_the_precision_of_float64",
            1,
            agrees("float64", "float64_masked"),
            needs=("gives_masked_keys_no_weight",),
        ),
        Property(
            "has_the_gradients_of_pytorch",
            1,
            gradients_agree("cross", "empty_row"),
            needs=("gives_a_query_with_nothing_to_attend_to_zero_weights_not_nan",),
        ),
        Property(
            "drops_weights_only_in_training",
            1,
            drops_weights_only_in_training,
            needs=("agrees_with_pytorch",),
        ),
    ),
    mistakes=(
        Mistake(
            "scaled-by-d-model",
            "The scores are scaled by the width of the whole model. Each head's dot product sums over D/H features "
            "only: scale by the width of what is multiplied.",
            (
                varied(scale=lambda d_model, heads: d_model**-0.5),
                varied(scale=lambda d_model, heads: 1 / d_model),
            ),
            calls=WITHOUT_EMPTY_ROWS,
        ),
        Mistake(
            "no-output-projection",
            "The heads are put side by side and returned: out_proj is never applied. Without it the heads' results "
            "are never mixed. Set out_proj.weight to zero and look at your output.",
            (varied(out=False),),
            calls=WITHOUT_EMPTY_ROWS,
        ),
        Mistake(
            "view-without-transpose",
            "A head is cut out of memory order, so it mixes positions. Your split and merge must move the head axis, "
            "not only reshape: check that changing token 0 changes key 0 of every head and nothing else.",
            (varied(into=cut), varied(into=cut, back=read), varied(back=read)),
            calls=WITHOUT_EMPTY_ROWS,
        ),
        Mistake(
            "heads-averaged",
            "The weights are averaged over the heads. Each head attends in its own way, and that is what the weights "
            "(B, H, T_q, T_k) are to show.",
            (
                varied(weights=mean_over_heads),
                varied(weights=lambda weights: weights.mean(1, keepdim=True)),
                varied(weights=lambda weights: weights.mean(1, keepdim=True).expand_as(weights)),
                varied(
                    weights=lambda weights: weights.mean(1, keepdim=True).expand_as(weights),
                    applied=lambda weights: weights.mean(1, keepdim=True).expand_as(weights),
                ),
                varied(applied=lambda weights: weights.mean(1, keepdim=True).expand_as(weights)),
                varied(weights=mean_over_heads, applied=lambda weights: weights.mean(1, keepdim=True)),
                varied(back=lambda x: x.mean(1).repeat(1, 1, x.shape[1])),
            ),
            calls=WITHOUT_EMPTY_ROWS,
        ),
        Mistake(
            "key-value-swapped",
            "Keys and values have changed places. Keys are compared with the queries, values are what is summed: call "
            "your module with key and value that differ.",
            (
                varied(roles=lambda q, k, v: (q, v, k)),
                varied(maps=("q_proj", "v_proj", "k_proj")),
                varied(roles=lambda q, k, v: (q, v, k), maps=("q_proj", "v_proj", "k_proj")),
            ),
            calls=WITHOUT_EMPTY_ROWS,
        ),
        Mistake(
            "key-from-query",
            "Keys are made from the query input. In self-attention that goes unnoticed; in cross-attention keys and "
            "values come from the other sequence.",
            (
                varied(roles=lambda q, k, v: (q, q, v)),
                varied(roles=lambda q, k, v: (q, q, q)),
            ),
            calls=WITHOUT_EMPTY_ROWS,
        ),
        Mistake(
            "mask-ignored",
            "The mask changes nothing. Is it passed on to the attention inside?",
            (varied(masked=lambda mask, batch, heads: None),),
            calls=MASKED,
        ),
        Mistake(
            "mask-on-batch-not-heads",
            "The mask meets the wrong axis: what belongs to a head is taken for a sequence of the batch, or the other "
            "way round. Scores are (B, H, T_q, T_k), and a mask is lined up with them from the right. Try B = H, "
            "where no error warns you.",
            (
                varied(masked=lambda mask, b, h: mask.squeeze(1) if mask.dim() == 4 and mask.shape[1] == 1 else mask),
                varied(masked=lambda mask, b, h: mask.unsqueeze(1) if mask.dim() == 3 else mask),
                varied(
                    masked=lambda mask, b, h: (
                        repeated_over_batch(mask, b, h) if mask.dim() == 4 and mask.shape[1] == 1 else mask
                    )
                ),
                varied(
                    masked=lambda mask, b, h: mask[:, :1] if mask.dim() == 4 else mask[:1] if mask.dim() == 3 else mask
                ),
                varied(masked=lambda mask, b, h: mask.transpose(0, 1) if mask.dim() == 4 else mask),
            ),
            calls=MASKED,
        ),
        Mistake(
            "dropout-in-eval",
            "Dropout stays active in evaluation mode: two calls of the same module in eval() differ. Use nn.Dropout "
            "as a sub-module, or pass training=self.training.",
            shown_by=shows_dropout_in_eval,
        ),
    ),
)
