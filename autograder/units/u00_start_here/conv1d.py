"""One-dimensional convolution against F.conv1d."""

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import (
    agrees,
    every,
    gradients_agree,
    has_the_right_form,
    leaves_its_inputs_alone,
)
from autograder.judging.trial import Trial

WINDOWS = ("odd_kernel", "even_kernel", "long_signal")
CALLS = (*WINDOWS, "one_tap", "as_long_as_the_signal")


def draw(draw: Draw) -> dict[str, Call]:
    """Kernels of odd and even length, of a single number, and as long as the signal."""
    length = draw.size(9, 14)

    def call(signal: int, taps: int, dtype: torch.dtype = torch.float32) -> Call:
        return Call((draw.normal(signal, dtype=dtype), draw.normal(taps, dtype=dtype)))

    return {
        "odd_kernel": call(length, draw.choice([3, 5])),
        "even_kernel": call(length, draw.choice([4, 6])),
        "long_signal": call(draw.size(50, 80), draw.size(7, 9)),
        "one_tap": call(length, 1),
        "as_long_as_the_signal": call(length, length),
        "float64": call(length, draw.size(3, 6), torch.float64),
    }


def correlation(x: Tensor, kernel: Tensor, before: int = 0, after: int = 0) -> Tensor:
    """PyTorch's convolution, which doesn't flip the kernel, with zeros put before and after the signal."""
    return F.conv1d(F.pad(x, (before, after))[None, None], kernel[None, None])[0, 0]


def shows_same_padding(trial: Trial) -> bool:
    """The right numbers, with others around them that make the result at least as long as the signal."""
    return all(_contains_the_right_numbers(trial, name) for name in WINDOWS)


def _contains_the_right_numbers(trial: Trial, name: str) -> bool:
    result, right, signal = trial.result(name), trial.expected(name), trial.calls[name].args[0]
    if not isinstance(result, Tensor) or result.dim() != 1 or len(result) < len(signal):
        return False
    stretches = result.to(right.dtype).unfold(0, len(right), 1)
    return bool(torch.isclose(stretches, right, rtol=1e-3, atol=1e-4).all(-1).any())


COMPONENT = Component(
    name="conv1d",
    draw=draw,
    oracle=lambda x, kernel: correlation(x, kernel),
    returns=("the convolved signal",),
    forbidden=(
        "torch.*conv*",
        "torch.nn.functional.*conv*",
        "torch.nn.*Conv*",
        "torch.nn.modules.conv.*Conv*",
    ),
    properties=(
        Property(
            "has_one_number_per_place_where_the_kernel_fits",
            1,
            has_the_right_form(*CALLS, hint="K numbers fit at T − K + 1 places into a signal of T."),
        ),
        Property(
            "agrees_with_pytorch",
            2,
            agrees(*CALLS, hint="Entry i is the dot product of the kernel with x[i], …, x[i+K−1]."),
            needs=("has_one_number_per_place_where_the_kernel_fits",),
        ),
        Property(
            "keeps_the_precision_of_float64",
            1,
            agrees("float64", hint="Compute in the dtype of the input: look for .float() and for new tensors."),
            needs=("agrees_with_pytorch",),
        ),
        Property(
            "leaves_its_inputs_alone_and_passes_gradients_back",
            1,
            every(leaves_its_inputs_alone("odd_kernel", "as_long_as_the_signal"), gradients_agree("odd_kernel")),
            needs=("agrees_with_pytorch",),
        ),
    ),
    mistakes=(
        Mistake(
            "flipped-kernel",
            "The kernel is turned round. That is what mathematics calls convolution; what networks compute, and call "
            "convolution, slides the kernel as it is. Try the kernel [1, 0, 0]: it should return the signal's "
            "beginning.",
            (lambda x, kernel: correlation(x, kernel.flip(0)),),
        ),
        Mistake(
            "same-padding",
            "The signal is padded, so that windows hang over its ends. Here the kernel stays inside: where K numbers "
            "don't fit there is no output, and the result is shorter than the signal.",
            shown_by=shows_same_padding,
        ),
        Mistake(
            "off-by-one",
            "The windows are off by one: one window, or one entry of a window, is missing, shifted or too many. Take "
            "T = 5 and K = 3 and write down where the first and the last window begin and end.",
            (
                lambda x, kernel: correlation(x, kernel)[:-1],
                lambda x, kernel: correlation(x, kernel)[1:],
                lambda x, kernel: correlation(x, kernel)[1:-1],
                lambda x, kernel: F.pad(correlation(x, kernel)[:-1], (0, 1)),
                lambda x, kernel: F.pad(correlation(x, kernel)[1:], (0, 1)),
                lambda x, kernel: F.pad(correlation(x, kernel)[1:], (1, 0)),
                lambda x, kernel: F.pad(correlation(x, kernel), (0, 1)),
                lambda x, kernel: F.pad(correlation(x, kernel), (1, 0)),
                lambda x, kernel: correlation(x, kernel, after=1),
                lambda x, kernel: correlation(x, kernel, before=1),
                lambda x, kernel: correlation(x, kernel, after=1)[1:],
                lambda x, kernel: correlation(x, kernel, before=1)[:-1],
                lambda x, kernel: correlation(x.roll(1), kernel),
                lambda x, kernel: correlation(x.roll(-1), kernel),
                lambda x, kernel: correlation(x, kernel[:-1]),
                lambda x, kernel: correlation(x, kernel[:-1])[:-1],
                lambda x, kernel: correlation(x, kernel[:-1])[:-2],
                lambda x, kernel: correlation(x, kernel[1:]),
                lambda x, kernel: correlation(x, kernel[1:])[:-1],
                lambda x, kernel: correlation(x, kernel[1:])[1:],
            ),
            calls=WINDOWS,
        ),
    ),
)
