"""The way past a sub-layer, with the norm after or before it (He et al. 2016; Xiong et al. 2020, figure 1)."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.inprocess import library_object
from autograder.judging.properties import agrees, gradients_agree, has_the_right_form, leaves_its_inputs_alone
from autograder.judging.subject import Library
from autograder.judging.trial import Trial

Map = Callable[[Tensor], Tensor]
Formula = Callable[[Tensor, Map, Map], Tensor]
EXP, SIN, COS, TANH = (Library(f"torch.{name}") for name in ("exp", "sin", "cos", "tanh"))
ATTENTION = Library("autograder.judging.layers.attention")
POST = ("post", "post_by_default", "post_around_attention")
PRE = ("pre", "pre_by_name", "pre_around_attention")


def draw(draw: Draw) -> dict[str, Call]:
    """Functions of one tensor in both places, one of which looks at other positions; both modes, asked for in turn."""
    batch, length, d_model = draw.sizes(3, 2, 6)

    def call(sublayer: Library, norm: Library, *mode: bool, dtype: torch.dtype = torch.float32) -> Call:
        return Call((draw.normal(batch, length, d_model, dtype=dtype), sublayer, norm, *mode))

    by_name = call(EXP, SIN)
    return {
        "post": call(EXP, TANH, False),
        "post_by_default": call(COS, SIN),
        "post_around_attention": call(ATTENTION, TANH),
        "pre": call(EXP, TANH, True),
        "pre_by_name": Call(by_name.args, {"pre_norm": True}),
        "pre_around_attention": call(ATTENTION, TANH, True),
        "post_64": call(EXP, SIN, dtype=torch.float64),
        "pre_64": call(EXP, SIN, True, dtype=torch.float64),
    }


def after_the_sum(x: Tensor, f: Map, norm: Map) -> Tensor:
    """The original order."""
    return norm(x + f(x))


def before_the_sublayer(x: Tensor, f: Map, norm: Map) -> Tensor:
    """The order with the way past left free."""
    return x + f(norm(x))


def modes(post: Formula = after_the_sum, pre: Formula = before_the_sublayer) -> Callable[..., Tensor]:
    """One formula for each mode."""

    def version(x: Tensor, sublayer: Library, norm: Library, pre_norm: bool = False) -> Tensor:
        formula = pre if pre_norm else post
        return formula(x, library_object(sublayer.path), library_object(norm.path))

    return version


def one_or_both(post: tuple[Formula, ...], pre: tuple[Formula, ...]) -> tuple[Callable[..., Tensor], ...]:
    """Wrong formulas in one mode while the other is right, and in both."""
    return (
        *(modes(post=formula) for formula in post),
        *(modes(pre=formula) for formula in pre),
        *(modes(post=first, pre=second) for first in post for second in pre),
    )


NORM_BEFORE_ADD: tuple[Formula, ...] = (
    lambda x, f, norm: x + norm(f(x)),
    lambda x, f, norm: norm(x) + f(x),
    lambda x, f, norm: norm(x) + norm(f(x)),
)
SKIP_FROM_NORMED: tuple[Formula, ...] = (lambda x, f, norm: norm(x) + f(norm(x)),)


def works_with_modules(trial: Trial) -> None:
    """The sub-layer may be an nn.Linear and the norm an nn.LayerNorm."""
    x = trial.calls["post"].args[0]
    width = x.shape[-1]
    weight, bias, gamma, beta = (trial.draw.normal(*shape) for shape in ((width, width), (width,), (width,), (width,)))
    linear, norm = trial.library("torch.nn.Linear", width, width), trial.library("torch.nn.LayerNorm", width)
    trial.subject.set_state(linear, {"weight": weight, "bias": bias})
    trial.subject.set_state(norm, {"weight": gamma, "bias": beta})
    for pre_norm, formula in ((False, after_the_sum), (True, before_the_sublayer)):
        expected = formula(x, lambda x: F.linear(x, weight, bias), lambda x: F.layer_norm(x, (width,), gamma, beta))
        expect.close(
            trial.run(Call((x, linear, norm, pre_norm))),
            expected,
            what=f"residual(x, nn.Linear({width}, {width}), nn.LayerNorm({width}), pre_norm={pre_norm})",
            hint="Both are called with one tensor and return one.",
        )


COMPONENT = Component(
    name="residual",
    draw=draw,
    oracle=modes(),
    properties=(
        Property(
            "keeps_the_shape",
            1,
            has_the_right_form("post", "pre", hint="What goes past the sub-layer and what comes out of it are added."),
        ),
        Property(
            "adds_then_normalises",
            2,
            agrees(*POST, hint="Without pre_norm the sum of x and sublayer(x) is what is normalised."),
            needs=("keeps_the_shape",),
        ),
        Property(
            "normalises_before_the_sublayer_only_with_pre_norm",
            2,
            agrees(*PRE, hint="With pre_norm the sub-layer gets norm(x), and x itself goes past both."),
            needs=("keeps_the_shape",),
        ),
        Property(
            "works_with_modules",
            1,
            works_with_modules,
            needs=("adds_then_normalises", "normalises_before_the_sublayer_only_with_pre_norm"),
        ),
        Property(
            "can_be_trained_in_float64",
            1,
            gradients_agree("post_64", "pre_64"),
            needs=("adds_then_normalises", "normalises_before_the_sublayer_only_with_pre_norm"),
        ),
        Property("leaves_its_input_alone", 1, leaves_its_inputs_alone("post", "pre"), needs=("keeps_the_shape",)),
    ),
    mistakes=(
        Mistake(
            "norm-before-add",
            "Something is normalised before the sum, and the sum itself is not. In the original order the norm is the "
            "last thing that happens: call residual with norm=torch.zeros_like. Nothing should be left.",
            one_or_both(NORM_BEFORE_ADD, (*NORM_BEFORE_ADD, lambda x, f, norm: x + norm(f(norm(x))))),
        ),
        Mistake(
            "skip-from-normed",
            "What goes past the sub-layer has been normalised. In the pre-norm order x itself goes past, so that "
            "nothing stands between the first layer and the last: call residual with norm=torch.zeros_like and a "
            "sub-layer that gives zeros; x should come back.",
            one_or_both(SKIP_FROM_NORMED, SKIP_FROM_NORMED),
        ),
        Mistake(
            "skip-forgotten",
            "Nothing goes past the sub-layer. With a sub-layer that gives zeros, x (post-norm: norm(x)) should come "
            "back; what comes back from yours?",
            one_or_both((lambda x, f, norm: norm(f(x)),), (lambda x, f, norm: f(norm(x)),)),
        ),
        Mistake(
            "pre-post-swapped",
            "The order is that of the other mode. pre_norm=True: the norm comes before the sub-layer; False, the "
            "default: after the sum. Is the flag read, and the right way round?",
            one_or_both((before_the_sublayer,), (after_the_sum,)),
        ),
    ),
)
