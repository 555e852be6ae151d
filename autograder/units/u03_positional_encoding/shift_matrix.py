"""The matrix that shifts sinusoidal encodings, against the identity that defines it."""

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check, has_the_right_form
from autograder.judging.trial import Trial

NEAR = ("one_step", "several_steps", "two_features", "standing_still")
FAR = ("hundreds", "back")


def draw(draw: Draw) -> dict[str, Call]:
    """Offsets of 0, 1, a few, hundreds, and back, at several even widths."""
    small, large = sorted(draw.sizes(2, 2, 6))
    return {
        "one_step": Call((1, 2 * large)),
        "several_steps": Call((draw.size(2, 9), 2 * small)),
        "two_features": Call((draw.size(2, 5), 2)),
        "standing_still": Call((0, 2 * small)),
        "hundreds": Call((draw.size(200, 400), 2 * large)),
        "back": Call((-draw.size(2, 9), 2 * small)),
    }


def encoded(positions: Tensor, d_model: int) -> Tensor:
    """Sinusoidal encodings of any positions, as columns (D, number of positions), in float64."""
    column = torch.arange(d_model)
    angle = positions.double() * 10_000.0 ** (-(column - column % 2).double() / d_model)[:, None]
    return torch.where(column[:, None] % 2 == 0, angle.sin(), angle.cos())


def solved(offset: int, d_model: int) -> Tensor:
    """The one matrix that takes PE[t] to PE[t + offset], by least squares over positions far apart."""
    positions = torch.linspace(0, 1e5, 8 * d_model)
    before, after = encoded(positions, d_model), encoded(positions + offset, d_model)
    transposed: Tensor = torch.linalg.lstsq(before.mT, after.mT).solution
    return transposed.mT.float()


def turns_every_position_by(*names: str, tolerance: float) -> Check:
    """M @ PE[t] is PE[t + offset] for near and far t."""

    def check(trial: Trial) -> None:
        positions = torch.cat([torch.arange(9, 21), torch.tensor([100, 777])])
        for name in names:
            offset, d_model = trial.calls[name].args
            found = trial.result(name).double() @ encoded(positions, d_model)
            expected = encoded(positions + offset, d_model)
            off = (found - expected).abs().nan_to_num(torch.inf)
            if float(off.max()) > tolerance:
                row, column = divmod(int(off.argmax()), len(positions))
                t = int(positions[column])
                raise Mismatch(
                    what=f"row {row} of M @ PE[{t}]",
                    expected=f"PE[{t + offset}, {row}] = {expected[row, column].item():.5f}",
                    actual=f"{found[row, column].item():.5f}",
                    hint=f"PE[t] is a column of sines and cosines; write sin(a + b) and cos(a + b) in terms of them. "
                    f"The call was {trial.describe(name)}.",
                )

    return check


def shows_single_frequency(trial: Trial) -> bool:
    """All 2×2 blocks that turn at all turn by one angle, or there is only one block, whatever the width."""
    found = [(trial.result(name), trial.calls[name].args[1]) for name in ("one_step", "several_steps")]
    if all(tuple(matrix.shape) == (2, 2) for matrix, _ in found):
        return True
    turning = [turning_blocks(matrix, d_model) for matrix, d_model in found]
    return any(map(len, turning)) and all(bool(((blocks - blocks[:1]).abs() < 1e-6).all()) for blocks in turning)


def turning_blocks(matrix: Tensor, d_model: int) -> Tensor:
    """The 2×2 blocks on the diagonal that are neither zero nor the identity; ValueError if others are not zero."""
    blocks = matrix.reshape(d_model // 2, 2, d_model // 2, 2).transpose(1, 2)
    on = torch.eye(d_model // 2, dtype=torch.bool)
    if bool((blocks[~on].abs() > 1e-6).any()):
        raise ValueError("not block-diagonal")
    still = ((blocks[on] - torch.eye(2)).abs() < 1e-6) | (blocks[on] == 0)
    return blocks[on][~still.flatten(1).all(1)]


COMPONENT = Component(
    name="shift_matrix",
    draw=draw,
    oracle=solved,
    returns=("the matrix",),
    properties=(
        Property("is_square_and_as_wide_as_the_encoding", 1, has_the_right_form(*NEAR, *FAR)),
        Property(
            "takes_every_encoding_to_the_one_offset_steps_later",
            2,
            turns_every_position_by(*NEAR, tolerance=1e-4),
            needs=("is_square_and_as_wide_as_the_encoding",),
        ),
        Property(
            "does_so_for_large_and_for_negative_offsets",
            1,
            turns_every_position_by(*FAR, tolerance=2e-3),
            needs=("takes_every_encoding_to_the_one_offset_steps_later",),
        ),
    ),
    mistakes=(
        Mistake(
            "wrong-sign",
            "Your matrix turns backwards: it takes PE[t] to PE[t − offset]. Put t = 0 and offset = 1: the first entry "
            "of the result must be sin(1) > 0. (Is PE[t] a column that the matrix multiplies from the left, or a row?)",
            (lambda offset, d_model: solved(-offset, d_model),),
            calls=NEAR,
        ),
        Mistake(
            "single-frequency",
            "All pairs turn by the same angle (or only one of them turns). Each pair (2i, 2i+1) has a frequency of its "
            "own: how far does the slowest hand move in one step?",
            shown_by=shows_single_frequency,
        ),
    ),
)
