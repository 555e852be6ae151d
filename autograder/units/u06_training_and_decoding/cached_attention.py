"""Attention with a cache of keys and values against one causal pass over the whole sequence."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Given, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import agrees, leaves_its_inputs_alone
from autograder.judging.subject import COMPONENT as STUDENTS
from autograder.judging.trial import Trial
from autograder.units.u04_multi_head_attention.multi_head_attention import parameters, project, pytorch, split

State = dict[str, Tensor]
Cache = tuple[Tensor, Tensor]
Passed = tuple[Tensor, Cache]

FIRST = ("first", "first_token")
LATER = ("one_more", "several_more", "few_more", "as_many_more", "one_after_one")
PARTS = ("output", "cache")


@dataclass(frozen=True)
class Attention(Given):
    """Unit 04's layer on the student's side; for the oracle also what went through it before, (B, T, D)."""

    past: Tensor = torch.empty(0)


def draw(draw: Draw) -> dict[str, Call]:
    """A sequence's beginning, and chunks of one, fewer, as many and more tokens than there are in the cache."""
    heads = draw.size(2, 3)
    width = draw.choice([w for w in (2, 4, 5) if w != heads])
    d_model, batch = heads * width, draw.choice([2, 4])
    few, many = draw.size(2, 3), draw.size(5, 6)
    single = parameters(draw, d_model)
    states = {torch.float32: single, torch.float64: {name: tensor.double() for name, tensor in single.items()}}

    def call(past: int, new: int, dtype: torch.dtype = torch.float32) -> Call:
        before = draw.normal(batch, past, d_model, dtype=dtype, scale=1.5)
        args = (d_model, heads)
        attention = Attention("autograder.judging.fixtures.MultiHeadAttention", args, states[dtype], before)
        x_new = draw.normal(batch, new, d_model, dtype=dtype, scale=1.5)
        return Call((attention, x_new, projected(attention, before)) if past else (attention, x_new))

    return {
        "first": call(0, many),
        "first_token": call(0, 1),
        "one_more": call(many, 1),
        "several_more": call(few, many),
        "few_more": call(many, few),
        "as_many_more": call(few, few),
        "one_after_one": call(1, 1),
        "float64": call(few, many, torch.float64),
        "float64_first": call(0, few, torch.float64),
    }


def of(attention: Attention) -> tuple[tuple[int, int], State]:
    """The sizes (d_model, num_heads) and the parameters."""
    d_model, heads = attention.args
    return (d_model, heads), dict(attention.state or {})


def projected(attention: Attention, x: Tensor, maps: tuple[str, str] = ("k_proj", "v_proj")) -> Cache:
    """Keys and values of all tokens, (B, H, T, D_h) each."""
    (_, heads), state = of(attention)
    first, second = (split(project(state, name, x), heads) for name in maps)
    return first, second


def aligned_right(new: int, whole: int) -> Tensor:
    """The last rows of the causal mask of the whole sequence."""
    return torch.ones(whole, whole, dtype=torch.bool).tril()[-new:]


def aligned_left(new: int, whole: int) -> Tensor:
    """The first rows of it: the new tokens are taken for the first ones."""
    return torch.ones(new, whole, dtype=torch.bool).tril()


def among_the_new(new: int, whole: int) -> Tensor:
    """The new tokens see each other only."""
    return aligned_right(new, whole) & (torch.arange(whole) >= whole - new)


def passed(
    mask: Callable[[int, int], Tensor] = aligned_right, kept: Callable[[Tensor, int], Tensor] = lambda x, new: x
) -> Callable[..., Passed]:
    """One pass over the whole sequence, of which the new tokens' outputs are taken; ``kept`` says what is cached."""

    def version(attention: Attention, x_new: Tensor, cache: Cache | None = None) -> Passed:
        whole, new = torch.cat([attention.past, x_new], dim=1), x_new.shape[1]
        output, _ = pytorch(*of(attention), x_new, whole, whole, mask(new, whole.shape[1]))
        keys, values = (kept(x, new) for x in projected(attention, whole))
        return output, (keys, values)

    return version


def only_new(x: Tensor, new: int) -> Tensor:
    """The new tokens' keys or values."""
    return x[:, :, -new:]


def only_old(x: Tensor, new: int) -> Tensor:
    """All but the new tokens' keys or values."""
    return x[:, :, :-new]


def goes_on_from_its_own_cache(trial: Trial) -> None:
    """In chunks of several sizes, each with the cache that the call before returned, as in one pass."""
    attention, new, _ = trial.calls["several_more"].args
    whole = torch.cat([attention.past, new], dim=1)
    beginning = Attention(attention.path, attention.args, attention.state, whole[:, :0])
    expected, _ = passed()(beginning, whole)
    sizes = [1, 1, 2, whole.shape[1] - 4]
    cache, start = None, 0
    for size in sizes:
        chunk = whole[:, start : start + size]
        output, cache = expect.items(trial.run(Call((attention, chunk, cache))), PARTS)
        expect.close(
            output,
            expected[:, start : start + size],
            what=f"the output for tokens {start} to {start + size - 1}, after the ones before",
            hint=f"The chunks were of {sizes} tokens, each with the cache that the call before returned; together they "
            "must give what one causal pass gives.",
        )
        start += size


def passes_gradients_back(trial: Trial) -> None:
    """The output's gradient for the new tokens; whether the cache is part of the graph is free."""
    for name in ("few_more", "first"):
        attention, x_new, *cache = trial.calls[name].args
        weights, *others = trial.cotangents(name)
        layer = trial.library(attention.path, *attention.args)
        trial.subject.set_state(layer, attention.state)
        cotangents = [weights, *map(torch.zeros_like, others)]
        found = trial.subject.grad(STUDENTS, (layer, x_new, *cache), {}, cotangents).by_leaf.get("args.1")
        variable = x_new.clone().requires_grad_()
        output, _ = trial.oracle(attention, variable, *cache)
        (expected,) = torch.autograd.grad((output * weights).sum(), variable)
        what, told = "the gradient of x_new", f"The call was {trial.describe(name)}."
        if found is None:
            hint = f"Look for .detach(), .data or torch.no_grad() on the way from x_new to the output. {told}"
            raise Mismatch(what=what, expected="a gradient", actual="none", hint=hint)
        expect.close(found, expected, what=what, hint=told)


def caches_queries(trial: Trial) -> bool:
    """A part of the cache is the queries, or the outputs of old tokens come out again."""
    attention, x_new = trial.calls["first"].args
    queries, _ = projected(attention, x_new, ("q_proj", "q_proj"))
    output, cache = trial.result("first")
    if any(isinstance(part, Tensor) and _alike(part, queries) for part in cache):
        return True
    attention, x_new, _ = trial.calls["one_more"].args
    beginning = Attention(attention.path, attention.args, attention.state, attention.past[:, :0])
    _, own = trial.run(Call((beginning, attention.past)))
    output, _ = trial.run(Call((attention, x_new, own)))
    return bool(output.shape[1] == attention.past.shape[1] + x_new.shape[1])


def _alike(found: Tensor, expected: Tensor) -> bool:
    return found.shape == expected.shape and torch.allclose(found, expected, rtol=1e-4, atol=1e-4)


def has_the_right_parts(trial: Trial) -> None:
    """An output of the new tokens' shape, and a pair (keys, values) of the heads' shape for all tokens."""
    for name in ("first", "several_more"):
        told = f"The call was {trial.describe(name)}."
        output, cache = expect.items(trial.result(name), PARTS, told)
        right, right_cache = trial.expected(name)
        hint = f"Only the new tokens have an output: those before had theirs. {told}"
        expect.tensor(output, what="output", shape=right.shape, dtype=right.dtype, hint=hint)
        if not isinstance(cache, (tuple, list)) or len(cache) != 2:
            raise Mismatch(what="cache", expected="a pair (keys, values)", actual=expect.describe(cache), hint=told)
        for what, part, expected in zip(("keys", "values"), cache, right_cache, strict=True):
            hint = f"(B, H, T, D_h) with T counting the tokens in the cache and the new ones. {told}"
            expect.tensor(part, what=f"the cache's {what}", shape=expected.shape, hint=hint)


COMPONENT = Component(
    name="cached_attention",
    draw=draw,
    oracle=passed(),
    returns=("output", ("keys", "values")),
    properties=(
        Property("returns_the_new_outputs_and_a_cache_of_all_keys_and_values", 1, has_the_right_parts),
        Property(
            "without_a_cache_is_the_causal_pass",
            2,
            agrees(
                *FIRST,
                hint="Project with the attention's q_proj, k_proj and v_proj, split into its num_heads heads, attend "
                "causally, merge, and project with out_proj. The cache holds the keys and values of the heads.",
            ),
            needs=("returns_the_new_outputs_and_a_cache_of_all_keys_and_values",),
        ),
        Property(
            "with_a_cache_goes_on_where_it_ended",
            3,
            agrees(
                *LATER,
                hint="Each new token sees all tokens in the cache, and of the new ones itself and those before it: the "
                "last T_new rows of the whole sequence's causal mask.",
            ),
            needs=("without_a_cache_is_the_causal_pass",),
        ),
        Property(
            "chunk_by_chunk_equals_one_pass",
            1,
            goes_on_from_its_own_cache,
            needs=("with_a_cache_goes_on_where_it_ended",),
        ),
        Property(
            "keeps_the_precision_of_float64",
            1,
            agrees("float64", "float64_first"),
            needs=("with_a_cache_goes_on_where_it_ended",),
        ),
        Property(
            "passes_gradients_back",
            1,
            passes_gradients_back,
            needs=("with_a_cache_goes_on_where_it_ended",),
        ),
        Property(
            "leaves_the_old_cache_alone",
            1,
            leaves_its_inputs_alone("several_more", "few_more"),
            needs=("returns_the_new_outputs_and_a_cache_of_all_keys_and_values",),
        ),
    ),
    mistakes=(
        Mistake(
            "query-cached",
            "Queries are kept, too, or old tokens are asked again. A token's query is needed once, for its own output; "
            "later tokens need its key and its value. What does a step cost if only the new tokens have queries?",
            shown_by=caches_queries,
        ),
        Mistake(
            "cache-overwritten",
            "The cache that is returned doesn't hold the old tokens and the new ones. The next step must find both: "
            "print its length after every step; it should grow.",
            (
                passed(kept=only_new),
                passed(among_the_new, only_new),
                passed(aligned_left, only_new),
                passed(kept=only_old),
                passed(among_the_new, only_old),
            ),
            calls=LATER,
        ),
        Mistake(
            "mask-blocks-past",
            "The new tokens don't see all that came before. Query 0 of this call is not token 0 of the sequence: with "
            "T tokens in the cache it stands at position T, and its row of the mask has T + 1 ones.",
            (passed(aligned_left), passed(among_the_new)),
            calls=LATER,
        ),
    ),
)
