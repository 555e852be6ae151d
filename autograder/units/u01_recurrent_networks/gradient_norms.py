"""Gradients through time against autograd's Jacobian of the last state (Pascanu et al. 2013, equations 3–5)."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import agrees, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.trial import Trial
from autograder.units.u01_recurrent_networks.truth import FORBIDDEN, PRECISION

CALLS = ("several", "growing", "saturated", "two_states", "one_state", "long")


def draw(draw: Draw) -> dict[str, Call]:
    """Gradients that grow, that vanish, and that saturated units stop; one state, two and many."""
    length, units = draw.sizes(2, 3, 6)
    many = draw.size(9, 11)

    def call(t: int, h: int, gain: float = 1.2, spread: float = 0.8, dtype: torch.dtype = torch.float32) -> Call:
        W_h = draw.normal(h, h, dtype=dtype, scale=gain / h**0.5)
        return Call((W_h, draw.normal(t, h, dtype=dtype, scale=spread).tanh().clamp(-0.995, 0.995)))

    return {
        "several": call(length, units),
        "growing": call(length, units, gain=3.0, spread=0.3),
        "saturated": call(length, units, gain=2.0, spread=1.5),
        "two_states": call(2, units),
        "one_state": call(1, units),
        "long": call(many, 3, gain=1.5),
        "vanishing_64": call(many, 3, gain=0.3, dtype=torch.float64),
    }


def autograd(W_h: Tensor, states: Tensor) -> Tensor:
    """Spectral norms of ∂h_T/∂h_t by autograd, on a network that goes through these states.

    Its inputs are whatever brings the states about: the preactivation atanh(h) less the part that W_h contributes.
    """
    weight, given = W_h.double(), states.double()
    drives = given[1:].atanh() - given[:-1] @ weight.mT
    with torch.enable_grad():
        chain = [given[0].clone().requires_grad_()]
        for drive in drives:
            chain.append(torch.tanh(weight @ chain[-1] + drive))
        rows = [torch.autograd.grad(unit, chain, retain_graph=True) for unit in chain[-1].unbind()]
    return norms([torch.stack(by_unit) for by_unit in zip(*rows, strict=True)], states)


def norms(matrices: list[Tensor], states: Tensor) -> Tensor:
    """The largest singular value of each matrix, in the states' dtype."""
    return torch.stack([torch.linalg.svdvals(matrix)[0] for matrix in matrices]).to(states.dtype)


def jacobian(W_h: Tensor, state: Tensor) -> Tensor:
    """Autograd's Jacobian of a state by the one before: of tanh around the preactivation that gives the state."""
    with torch.enable_grad():
        before = torch.zeros_like(state).requires_grad_()
        after = torch.tanh(W_h @ before + state.atanh())
        return torch.stack([torch.autograd.grad(unit, before, retain_graph=True)[0] for unit in after.unbind()])


def multiplied(
    combine: Callable[[Tensor, Tensor], Tensor], factor: Callable[[Tensor, Tensor], Tensor] = jacobian
) -> Callable[[Tensor, Tensor], Tensor]:
    """Factors, made from W_h and a state, combined with the identity one after the other, the last state's first."""

    def wrong(W_h: Tensor, states: Tensor) -> Tensor:
        products = [torch.eye(len(W_h), dtype=torch.float64)]
        for state in states[1:].double().flip(0):
            products.append(combine(products[-1], factor(W_h.double(), state)))
        return norms(products[::-1], states)

    return wrong


def taken_apart(combine: Callable[[Tensor, Tensor, int], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    """Derivatives multiplied among themselves, then combined with W_h and the number of steps; anything for none."""

    def wrong(W_h: Tensor, states: Tensor) -> Tensor:
        slopes = 1 - states[1:].double() ** 2
        left = range(len(slopes), 0, -1)
        found = norms([combine(slopes[-n:].prod(0), W_h.double(), n) for n in left], states)
        return torch.cat([found, found.new_tensor([torch.nan])])

    return wrong


def of_norms(factor: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    """The product of the factors' norms in place of the norm of their product."""
    return multiplied(lambda product, next: product * torch.linalg.svdvals(next)[0], factor)


def weight_only(W_h: Tensor, state: Tensor) -> Tensor:
    """A factor without the derivative of tanh."""
    return W_h


def columns_scaled(W_h: Tensor, state: Tensor) -> Tensor:
    """A factor with the derivatives on the other side of W_h."""
    return W_h * (1 - state**2)


def then(product: Tensor, next: Tensor) -> Tensor:
    """The next factor on the right."""
    return product @ next


def is_one_for_the_last_state(trial: Trial) -> None:
    """∂h_T/∂h_T is the identity."""
    for name in ("one_state", "several"):
        last = trial.result(name)[-1:]
        what, hint = "the last entry", "∂h_T/∂h_T is the identity, and the identity lengthens nothing."
        expect.close(last, torch.ones_like(last), what=what, hint=f"{hint} The call was {trial.describe(name)}.")


def keeps_its_digits_when_gradients_vanish(trial: Trial) -> None:
    """Small norms are right relative to their own size."""
    found = expect.tensor(trial.result("vanishing_64"), what="the norms", dtype=torch.float64, hint=PRECISION)
    expected = trial.expected("vanishing_64")
    for t, (actual, right) in enumerate(zip(found.tolist(), expected.tolist(), strict=True)):
        if not abs(actual - right) <= 1e-8 * right:
            raise Mismatch(
                what=f"entry {t}",
                expected=f"{right:.6g}",
                actual=f"{actual:.6g}",
                hint=f"{PRECISION} The call was {trial.describe('vanishing_64')}.",
            )


COMPONENT = Component(
    name="gradient_norms",
    draw=draw,
    oracle=autograd,
    returns=("the norms",),
    forbidden=FORBIDDEN,
    properties=(
        Property("gives_one_norm_for_every_state", 1, has_the_right_form(*CALLS, "vanishing_64")),
        Property("is_one_for_the_last_state", 1, is_one_for_the_last_state, needs=("gives_one_norm_for_every_state",)),
        Property(
            "agrees_with_autograd",
            3,
            agrees(
                *CALLS,
                hint="Entry t is the largest singular value of ∂h_T/∂h_t: a product of one matrix per step, each "
                "of them the derivative of tanh(W_h h + …) by h.",
            ),
            needs=("is_one_for_the_last_state",),
        ),
        Property(
            "keeps_the_precision_of_float64",
            1,
            keeps_its_digits_when_gradients_vanish,
            needs=("agrees_with_autograd",),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("several", "two_states"),
            needs=("gives_one_norm_for_every_state",),
        ),
    ),
    mistakes=(
        Mistake(
            "no-tanh-derivative",
            "The derivative of tanh is missing, or isn't the one at these states. A unit near ±1 is saturated: its "
            "state hardly changes, whatever W_h does. What is tanh' when tanh itself is already known to be h?",
            (
                multiplied(then, weight_only),
                multiplied(then, lambda W_h, state: jacobian(W_h, state.tanh())),
                multiplied(then, lambda W_h, state: (state * (1 - state)).diag() @ W_h),
            ),
        ),
        Mistake(
            "wrong-product-order",
            "The right factors in the wrong order: matrix products don't commute. By the chain rule the factor that "
            "acts on h_t first stands on the right, inside each factor too, where W_h acts before tanh. (A transposed "
            "W_h amounts to the same.) Write ∂h_3/∂h_1 out by hand.",
            (
                multiplied(lambda product, next: next @ product),
                multiplied(then, columns_scaled),
                multiplied(lambda product, next: next @ product, columns_scaled),
                taken_apart(lambda slopes, W_h, n: slopes.diag() @ torch.linalg.matrix_power(W_h, n)),
                taken_apart(lambda slopes, W_h, n: torch.linalg.matrix_power(W_h, n) @ slopes.diag()),
            ),
        ),
        Mistake(
            "elementwise-power",
            "Numbers are multiplied where matrices should be: * and ** work entry by entry, and a product of norms is "
            "only a bound on the norm of a product. Compare W_h * W_h with W_h @ W_h for [[0, 1], [1, 0]].",
            (
                multiplied(lambda product, next: product * next),
                multiplied(lambda product, next: product * next, weight_only),
                multiplied(then, lambda W_h, state: (1 - state**2).diag() * W_h),
                taken_apart(lambda slopes, W_h, n: W_h**n),
                taken_apart(lambda slopes, W_h, n: slopes[:, None] * W_h**n),
                taken_apart(lambda slopes, W_h, n: slopes * W_h**n),
                taken_apart(lambda slopes, W_h, n: slopes.diag() * W_h**n),
                of_norms(jacobian),
                of_norms(weight_only),
                of_norms(columns_scaled),
            ),
        ),
    ),
)
