"""Temperature, top-k and top-p against a loop over sorted probabilities (Holtzman et al. 2020, section 3.1)."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check, leaves_its_inputs_alone
from autograder.judging.trial import Trial

TEMPERATURES = ("hot", "cold")
TOP_K = ("top_k", "top_one", "top_k_of_a_vector", "all_but_one")
ALL = ("k_is_v", "k_above_v")
TOP_P = ("top_p", "top_p_of_a_vector", "more_than_half", "only_the_first")
TOGETHER = ("hot_top_p", "cold_top_p", "both", "all_three")
CLEAR = 2e-3


def draw(draw: Draw) -> dict[str, Call]:
    """Every filter alone and together; no two logits alike, and no mass near p."""
    k, vocabulary = draw.size(2, 3), draw.size(7, 9)
    hot, cold = draw.choice([1.5, 2.0, 2.5]), draw.choice([0.4, 0.5, 0.7])
    p = draw.choice([0.6, 0.7, 0.8])

    def call(*shape: int, dtype: torch.dtype = torch.float32, scale: float = 1.5, **filters: Any) -> Call:
        while True:
            logits = draw.normal(*shape, vocabulary, dtype=dtype, scale=scale)
            if all(clear(row, filters) for row in rows(logits).double().numpy()):
                return Call((logits,), filters)

    one = draw.normal(2, vocabulary)
    one[:, draw.size(0, vocabulary - 1)] += 12.0
    return {
        "nothing": call(2, 3),
        "hot": call(2, 3, temperature=hot),
        "cold": call(3, temperature=cold),
        "top_k": call(2, 3, top_k=k),
        "top_one": call(4, top_k=1),
        "top_k_of_a_vector": call(top_k=k + 1),
        "all_but_one": call(3, top_k=vocabulary - 1),
        "k_is_v": call(3, top_k=vocabulary),
        "k_above_v": call(3, top_k=vocabulary + 5),
        "top_p": call(2, 2, top_p=p),
        "top_p_of_a_vector": call(top_p=p),
        "more_than_half": call(4, top_p=0.9),
        "only_the_first": Call((one,), {"top_p": 0.5}),
        "hot_top_p": call(3, temperature=hot, top_p=p),
        "cold_top_p": call(3, temperature=cold, top_p=0.9),
        "both": call(4, top_k=4, top_p=p),
        "all_three": call(2, 2, temperature=hot, top_k=4, top_p=p),
        "float64": call(3, dtype=torch.float64, temperature=cold, top_k=5, top_p=p),
        "large": Call((draw.permutation(vocabulary)[None] * 1e3 - 1e4,), {"top_k": 3, "top_p": 0.9}),
    }


def rows(logits: Tensor) -> Tensor:
    """All rows one below the other, (N, V)."""
    return logits.reshape(-1, logits.shape[-1])


def clear(row: Any, filters: dict[str, Any]) -> bool:
    """Whether no two logits are close, and no sum of the largest probabilities is close to p."""
    ordered = np.sort(row)[::-1]
    if np.min(-np.diff(ordered)) < 0.02:
        return False
    kept = ordered[: filters.get("top_k", len(ordered))] / filters.get("temperature", 1.0)
    sums = np.cumsum(np.exp(kept - kept[0]) / np.exp(kept - kept[0]).sum())
    return bool(np.min(np.abs(sums - filters.get("top_p", 2.0))) > CLEAR)


def kept_by_mass(values: Any, order: list[int], top_p: float, crossing: int = 1) -> list[int]:
    """The first of the ordered tokens whose mass is below p, and ``crossing`` more."""
    masses = np.exp(values[order] - values[order[0]])
    below = sum(np.cumsum(masses / masses.sum()) < top_p)
    return order[: below + crossing]


def filtered(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    crossing: int = 1,
) -> Tensor:
    """One row at a time: its tokens in order, the first k of them, of these the first that make up the mass p."""
    result = np.full(logits.shape, -np.inf)
    for index in np.ndindex(logits.shape[:-1]):
        values = logits[index].double().numpy() / temperature
        order = list(np.argsort(-values))[:top_k]
        order = order if top_p is None else kept_by_mass(values, order, top_p, crossing)
        result[index][order] = values[order]
    return torch.from_numpy(result).to(logits.dtype)


def filters(*names: str, hint: str = "") -> Check:
    """Kept tokens are those of the loop, and have its values; all others are −inf."""

    def check(trial: Trial) -> None:
        for name in names:
            told = f"{hint} The call was {trial.describe(name)}.".strip()
            right = trial.expected(name)
            found = expect.tensor(
                trial.result(name), what="the filtered logits", shape=right.shape, dtype=right.dtype, hint=told
            )
            kept, should = (sorted_row(found, right, side) for side in (found, right))
            if kept != should:
                raise Mismatch(
                    what=f"the tokens that are not -inf in row {first_row(found, right)}",
                    expected=str(should),
                    actual=str(kept),
                    hint=f"{row_told(trial, name, found, right)} {told}",
                )
            expect.close(found, right, what="the filtered logits", hint=told)

    return check


def first_row(found: Tensor, right: Tensor) -> int:
    """The first row in which other tokens are kept, or 0."""
    differs = rows(found.isneginf() != right.isneginf()).any(-1).tolist()
    return differs.index(True) if True in differs else 0


def sorted_row(found: Tensor, right: Tensor, side: Tensor) -> list[int]:
    """The tokens that one side keeps in that row."""
    row = rows(side)[first_row(found, right)]
    return [int(token) for token in (~row.isneginf()).nonzero().flatten()]


def row_told(trial: Trial, name: str, found: Tensor, right: Tensor) -> str:
    """The probabilities in that row."""
    call = trial.calls[name]
    row = rows(call.args[0])[first_row(found, right)] / call.kwargs.get("temperature", 1.0)
    shares = ", ".join(f"{token}: {share:.3f}" for token, share in enumerate(row.double().softmax(-1).tolist()))
    return f"The probabilities at this temperature are {shares}."


def off_by(change: int) -> Callable[..., Tensor]:
    """A k that is larger or smaller by one."""
    return lambda logits, top_k=None, **others: filtered(logits, top_k=top_k + change, **others)


def at_least_one(logits: Tensor, **others: Any) -> Tensor:
    """The crossing token is dropped, unless nothing would be left."""
    without, first = filtered(logits, crossing=0, **others), filtered(logits, others.get("temperature", 1.0), top_k=1)
    return torch.where(without.isneginf().all(-1, keepdim=True), first, without)


COMPONENT = Component(
    name="filter_logits",
    draw=draw,
    oracle=filtered,
    returns=("the filtered logits",),
    properties=(
        Property(
            "divides_by_the_temperature",
            1,
            filters(
                "nothing", *TEMPERATURES, hint="Without top_k and top_p every token is kept, with logits / temperature."
            ),
        ),
        Property(
            "keeps_the_k_largest",
            2,
            filters(*TOP_K, hint="top_k tokens are left, along the last axis, and all others are -inf."),
        ),
        Property(
            "keeps_all_where_k_is_no_less_than_the_vocabulary",
            1,
            filters(*ALL, hint="top_k may be larger than the number of tokens."),
        ),
        Property(
            "keeps_the_smallest_set_with_mass_p",
            2,
            filters(
                *TOP_P,
                hint="From the likeliest token down, until the sum of the probabilities reaches top_p: the token that "
                "carries it over is kept.",
            ),
        ),
        Property(
            "takes_the_mass_after_temperature_and_top_k",
            2,
            filters(
                *TOGETHER,
                hint="First the temperature, then top_k, then top_p on what remains, whose probabilities add up to 1.",
            ),
            needs=("keeps_the_k_largest", "keeps_the_smallest_set_with_mass_p"),
        ),
        Property(
            "works_in_float64_and_with_large_logits",
            1,
            filters("float64", "large"),
            needs=("takes_the_mass_after_temperature_and_top_k",),
        ),
        Property("leaves_its_inputs_alone", 1, leaves_its_inputs_alone("hot", "top_k", "top_p", "all_three")),
    ),
    mistakes=(
        Mistake(
            "multiplies-temperature",
            "The logits are multiplied by the temperature. A high temperature flattens the distribution: which of the "
            "two makes differences smaller?",
            (lambda logits, temperature=1.0: filtered(logits, 1 / temperature),),
            calls=TEMPERATURES,
        ),
        Mistake(
            "drops-crossing-token",
            "The token with which the mass reaches top_p is dropped, so that what is kept has less than top_p. With "
            "probabilities 0.5, 0.3, 0.2 and top_p=0.7 the first two are kept: 0.5 alone isn't enough.",
            (partial(filtered, crossing=0), at_least_one),
            calls=TOP_P,
        ),
        Mistake(
            "top-k-off-by-one",
            "One token too many, or too few, is kept. Count what isn't -inf for top_k=1.",
            (off_by(1), off_by(-1)),
            calls=("top_k", "top_k_of_a_vector"),
        ),
    ),
)
