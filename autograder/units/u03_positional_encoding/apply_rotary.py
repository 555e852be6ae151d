"""Rotary encoding against multiplication by complex numbers of length one (Su et al. 2021, section 3.2)."""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import (
    agrees,
    every,
    gradients_agree,
    has_the_right_form,
    leaves_its_inputs_alone,
)
from autograder.judging.trial import Trial

Pairs = Callable[[int], tuple[Tensor, Tensor]]
COUNTED = ("counted", "deep", "matrix", "two_features")
SCATTERED = ("scattered", "fractional", "one_position")
CALLS = (*COUNTED, *SCATTERED, "other_base")


def draw(draw: Draw) -> dict[str, Call]:
    """Positions 0, 1, 2, ... and others, whole and fractional, near and (in float64) far; x of rank 2, 3 and 4."""
    batch, heads, length = draw.sizes(3, 2, 6)
    pairs = draw.choice([n for n in (3, 4, 5) if 2 * n != length])
    count = torch.arange(length)
    scattered = torch.tensor(draw.sizes(length, 2, 40))

    def x(*leading: int, width: int = 2 * pairs, dtype: torch.dtype = torch.float32) -> Tensor:
        return draw.normal(*leading, width, dtype=dtype)

    many = draw.size(200, 300)
    return {
        "counted": Call((x(batch, length), count)),
        "deep": Call((x(batch, heads, length), count)),
        "matrix": Call((x(length), count)),
        "two_features": Call((x(batch, length, width=2), count)),
        "scattered": Call((x(batch, heads, length), scattered)),
        "fractional": Call((x(batch, length), scattered / 4 + draw.normal(length))),
        "one_position": Call((x(batch, 1), torch.tensor([draw.size(3, 20)]))),
        "other_base": Call((x(batch, length), scattered), {"base": float(draw.size(20, 200))}),
        "float64": Call((x(batch, length, dtype=torch.float64), scattered)),
        "far_away_64": Call((x(2, many, width=4, dtype=torch.float64), 1_000 + torch.arange(many))),
    }


def neighbours(width: int) -> tuple[Tensor, Tensor]:
    """The pairs (2i, 2i+1)."""
    return torch.arange(0, width, 2), torch.arange(1, width, 2)


def halves(width: int) -> tuple[Tensor, Tensor]:
    """The pairs (i, i + D/2)."""
    return torch.arange(width // 2), torch.arange(width // 2, width)


def turned(
    taken: Pairs = neighbours,
    put: Pairs = neighbours,
    counted: Callable[[Tensor], Tensor] = lambda positions: positions,
    signs: tuple[int, int] = (-1, 1),
) -> Callable[..., Tensor]:
    """Pairs taken for complex numbers and multiplied by e^(i·position·frequency).

    ``signs`` are those of the two terms with a sine.
    """

    def rotate(x: Tensor, positions: Tensor, base: float = 10_000.0) -> Tensor:
        width = x.shape[-1]
        frequencies = base ** (-torch.arange(0, width, 2).to(x.dtype) / width)
        circle = torch.polar(torch.ones((), dtype=x.dtype), counted(positions)[:, None] * frequencies)
        real, imaginary = (x[..., index] for index in taken(width))
        parts = (
            real * circle.real + signs[0] * imaginary * circle.imag,
            imaginary * circle.real + signs[1] * real * circle.imag,
        )
        back = torch.cat(put(width)).argsort()
        return torch.cat(parts, dim=-1)[..., back]

    return rotate


def mixed_up(partners: Pairs, angles: Pairs) -> Callable[..., Tensor]:
    """Each feature turned with its partner by one layout of pairs, through an angle meant for another layout."""

    def rotate(x: Tensor, positions: Tensor, base: float = 10_000.0) -> Tensor:
        width = x.shape[-1]
        angle = positions[:, None] * base ** (-torch.arange(0, width, 2).to(x.dtype) / width).repeat(2)
        angle = angle[:, torch.cat(angles(width)).argsort()]
        first, second = partners(width)
        partner = torch.cat([-x[..., second], x[..., first]], dim=-1)[..., torch.cat([first, second]).argsort()]
        return x * angle.cos() + partner * angle.sin()

    return rotate


def depends_on_the_distance_only(trial: Trial) -> None:
    """The dot product of a turned query and a turned key stays the same when both move on by as many steps."""
    draw, width = trial.draw, 6
    query, key = draw.normal(width), draw.normal(width)
    pair = torch.stack([query, key])
    first, second = sorted(draw.sizes(2, 0, 12))
    products = []
    for moved in (0, draw.size(3, 30)):
        turned_pair = trial.run(Call((pair, torch.tensor([first + moved, second + moved]))))
        products.append(float(turned_pair[0] @ turned_pair[1]))
    if abs(products[0] - products[1]) > 1e-3:
        raise Mismatch(
            what=f"a query at position {first} times a key at position {second}, both then moved on",
            expected=f"the same dot product, {products[0]:.4f}",
            actual=f"{products[1]:.4f}",
            hint="Turning both by the same angle leaves their dot product as it is.",
        )


def shows_same_frequency(trial: Trial) -> bool:
    """At every position all pairs turn by one angle, and not always by none."""
    for name in ("counted", "deep", "scattered"):
        before, after = trial.calls[name].args[0], trial.result(name)
        z, w = (torch.view_as_complex(t.reshape(*t.shape[:-1], -1, 2).contiguous()) for t in (before, after))
        angles = w / z
        flat = angles.reshape(-1, *angles.shape[-2:])
        if not torch.allclose(flat, flat[:1, :, :1].expand_as(flat), atol=1e-3) or torch.allclose(z, w):
            return False
    return True


COMPONENT = Component(
    name="apply_rotary",
    draw=draw,
    oracle=turned(),
    returns=("the turned x",),
    properties=(
        Property("keeps_the_shape_and_dtype_of_x", 1, has_the_right_form(*CALLS, "float64")),
        Property(
            "turns_each_pair_by_its_own_angle",
            3,
            agrees(
                *CALLS,
                hint="At position p the pair (x[2i], x[2i+1]), seen as a point of the plane, turns by p·base^(−2i/D) "
                "against the clock.",
            ),
            needs=("keeps_the_shape_and_dtype_of_x",),
        ),
        Property(
            "makes_dot_products_depend_on_the_distance_only",
            1,
            depends_on_the_distance_only,
            needs=("turns_each_pair_by_its_own_angle",),
        ),
        Property(
            "keeps_the_precision_of_float64_far_out",
            1,
            agrees("float64", "far_away_64", hint="Compute the angles in the dtype of x."),
            needs=("turns_each_pair_by_its_own_angle",),
        ),
        Property(
            "passes_gradients_back_and_leaves_its_inputs_alone",
            1,
            every(gradients_agree("scattered", "fractional"), leaves_its_inputs_alone("counted", "fractional")),
            needs=("turns_each_pair_by_its_own_angle",),
        ),
    ),
    mistakes=(
        Mistake(
            "half-split-pairs",
            "Feature i is paired with feature i + D/2 (as some libraries do), or the pairs are taken apart and not put "
            "back in their places. Here pairs are neighbours, (2i, 2i+1): turn x = [1, 0, 0, 0] at position 1 and see "
            "which two entries change.",
            (
                turned(taken=halves, put=halves),
                turned(put=halves),
                turned(taken=halves),
                mixed_up(partners=halves, angles=neighbours),
                mixed_up(partners=neighbours, angles=halves),
            ),
        ),
        Mistake(
            "wrong-sign",
            "The pairs turn the wrong way (or are mirrored). Turn x = [1, 0] at position 1: the result is "
            "[cos 1, sin 1], and both are positive; then [0, 1], which goes to [−sin 1, cos 1].",
            (turned(signs=(1, -1)), turned(signs=(1, 1)), turned(signs=(-1, -1))),
        ),
        Mistake(
            "same-frequency",
            "All pairs turn by the same angle. The first pair is the fastest; pair i turns by base^(−2i/D) per step. "
            "Print the angles of position 1: D/2 different numbers, beginning with 1.",
            shown_by=shows_same_frequency,
        ),
        Mistake(
            "positions-from-one",
            "Everything is turned by one step too much. The angles come from the positions as they are given, and at "
            "position 0 nothing turns.",
            (
                turned(counted=lambda positions: positions + 1),
                turned(counted=lambda positions: torch.arange(1, len(positions) + 1)),
            ),
        ),
    ),
)
