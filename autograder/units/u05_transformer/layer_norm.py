"""Layer normalisation against PyTorch's own (Ba et al. 2016, equations 3 and 4)."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.properties import agrees, gradients_agree, has_the_right_form, leaves_its_inputs_alone

Axes = tuple[int, ...]
Version = Callable[..., Tensor]
RANKS = ("sequences", "square", "vector", "matrix", "heads")
LEAST_VARIANCE = 0.1
EPS = ("large_eps", "larger_eps", "small_numbers")
WRONG_AXES: tuple[Callable[[Tensor], Axes], ...] = (
    lambda x: (0,),
    lambda x: (1,),
    lambda x: (-2,),
    lambda x: tuple(range(x.dim())),
    lambda x: (-2, -1),
    lambda x: tuple(range(x.dim() - 1)),
    lambda x: tuple(range(1, x.dim())),
)


def draw(draw: Draw) -> dict[str, Call]:
    """One to four axes of different lengths, and all of one; an eps that matters; vectors without any variance."""
    batch, heads, length, width = draw.sizes(4, 3, 8)

    def call(*shape: int, dtype: torch.dtype = torch.float32, scale: float = 1.5, offset: float = 1.0) -> Call:
        x = spread(draw, shape, dtype) * scale + offset
        return Call((x, draw.normal(shape[-1], dtype=dtype) + 2, draw.normal(shape[-1], dtype=dtype)))

    def with_eps(call: Call, eps: float, by_name: bool) -> Call:
        return Call(call.args, {"eps": eps}) if by_name else Call((*call.args, eps))

    constant = call(batch, length, width, dtype=torch.float64)
    constant.args[0][0, :2] = 2.0
    return {
        "sequences": call(batch, length, width),
        "square": call(length, length, length),
        "vector": call(width),
        "matrix": call(batch, width),
        "heads": call(batch, heads, length, width),
        "one_feature": call(batch, length, 1, dtype=torch.float64),
        "large_eps": with_eps(call(batch, length, width), 0.5, by_name=True),
        "larger_eps": with_eps(call(batch, width, scale=0.5), 2.0, by_name=False),
        "small_numbers": call(batch, length, width, scale=2e-3, offset=0.0),
        "no_variance": constant,
        "float64": call(batch, length, width, dtype=torch.float64),
    }


def spread(draw: Draw, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Numbers that differ along the last axis: the mean of squares minus the square of the mean is a way, too."""
    x = draw.normal(*shape, dtype=dtype)
    while shape[-1] > 1 and bool((alike := x.var(-1, unbiased=False) < LEAST_VARIANCE).any()):
        x[alike] = draw.normal(*x[alike].shape, dtype=dtype)
    return x


def pytorch(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    """F.layer_norm over the last axis."""
    return F.layer_norm(x, (x.shape[-1],), gamma, beta, eps)


def over(mean_of: Callable[[Tensor], Axes], variance_of: Callable[[Tensor], Axes], correction: int = 0) -> Version:
    """Mean and variance over given axes each."""

    def wrong(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
        mean = x.mean(mean_of(x), keepdim=True)
        variance = x.var(variance_of(x), correction=correction, keepdim=True)
        return (x - mean) * torch.rsqrt(variance + eps) * gamma + beta

    return wrong


def last(x: Tensor) -> Axes:
    """The right axis."""
    return (-1,)


def divided_by(deviation: Callable[[Tensor, float], Tensor]) -> Version:
    """What is left of x without its mean, divided by something made of x and eps."""
    return lambda x, gamma, beta, eps=1e-5: (x - x.mean(-1, keepdim=True)) / deviation(x, eps) * gamma + beta


COMPONENT = Component(
    name="layer_norm",
    draw=draw,
    oracle=pytorch,
    forbidden=(
        "torch.nn.functional.layer_norm",
        "torch.nn.LayerNorm",
        "torch.layer_norm",
        "torch.native_layer_norm",
    ),
    properties=(
        Property(
            "keeps_the_shape",
            1,
            has_the_right_form(*RANKS, hint="Every vector along the last axis becomes another one of its length."),
        ),
        Property(
            "agrees_with_pytorch_on_every_number_of_axes",
            2,
            agrees(
                *RANKS,
                "one_feature",
                hint="Each vector along the last axis by itself: minus its mean, over the root of its variance (a "
                "mean of squares: divided by D), times gamma, plus beta.",
            ),
            needs=("keeps_the_shape",),
        ),
        Property(
            "adds_eps_to_the_variance",
            1,
            agrees(*EPS, hint="The denominator is √(variance + eps), with the eps that is passed in."),
            needs=("keeps_the_shape",),
        ),
        Property("keeps_the_precision_of_float64", 1, agrees("float64"), needs=("keeps_the_shape",)),
        Property(
            "makes_beta_of_a_vector_without_variance",
            1,
            agrees("no_variance", hint="Where all features are equal, 0 / √(0 + eps) = 0 is left, and beta is added."),
            needs=("keeps_the_precision_of_float64",),
        ),
        Property(
            "has_the_gradients_of_pytorch",
            1,
            gradients_agree("sequences", "no_variance"),
            needs=("agrees_with_pytorch_on_every_number_of_axes", "makes_beta_of_a_vector_without_variance"),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("sequences", "vector"),
            needs=("keeps_the_shape",),
        ),
    ),
    mistakes=(
        Mistake(
            "wrong-axis",
            "Mean and variance are taken over another axis than the last, or over more than it. A token is normalised "
            "by its own features only: with gamma 1 and beta 0, print the mean of your result over the last axis. "
            "It should be 0 for every token, and change with no other token.",
            tuple(
                over(mean_of, variance_of, correction)
                for axes in WRONG_AXES
                for mean_of, variance_of in ((axes, axes), (axes, last), (last, axes))
                for correction in (0, 1)
            ),
            calls=RANKS,
        ),
        Mistake(
            "unbiased-variance",
            "The sum of squares is divided by D − 1. That is how a sample's variance estimates a population's, and "
            "what var() and std() do unless told otherwise; here the D features are all there are. Try two features.",
            (
                divided_by(lambda x, eps: (x.var(-1, correction=1, keepdim=True) + eps).sqrt()),
                divided_by(lambda x, eps: x.std(-1, correction=1, keepdim=True) + eps),
                divided_by(lambda x, eps: x.std(-1, correction=1, keepdim=True)),
            ),
            calls=("sequences", "square", "vector", "matrix", "heads", "large_eps", "larger_eps"),
        ),
        Mistake(
            "eps-outside-root",
            "eps is added to the root, not under it. Its place shows where the variance is small: normalise "
            "1e-3 · x and compare with √(variance + eps) by hand.",
            (
                divided_by(lambda x, eps: x.std(-1, correction=0, keepdim=True) + eps),
                lambda x, gamma, beta, eps=1e-5: (
                    (x - x.mean(-1, keepdim=True)) * (1 / x.std(-1, correction=0, keepdim=True) + eps) * gamma + beta
                ),
            ),
            calls=(*RANKS, *EPS),
        ),
        Mistake(
            "affine-forgotten",
            "gamma or beta plays no part in the result. Normalised features are scaled and shifted by numbers that "
            "are learned, one pair for each feature: set gamma to zeros and look at your output.",
            (
                lambda x, gamma, beta, eps=1e-5: F.layer_norm(x, (x.shape[-1],), None, None, eps),
                lambda x, gamma, beta, eps=1e-5: F.layer_norm(x, (x.shape[-1],), gamma, None, eps),
                lambda x, gamma, beta, eps=1e-5: F.layer_norm(x, (x.shape[-1],), None, beta, eps),
            ),
            calls=(*RANKS, *EPS),
        ),
    ),
)
