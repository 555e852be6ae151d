"""The learning rate's rise and fall against the paper's formula (Vaswani et al. 2017, section 5.3)."""

from collections.abc import Callable

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch, describe
from autograder.judging.inprocess import as_number
from autograder.judging.properties import Check
from autograder.judging.trial import Trial

Rate = Callable[[int, int, int], float]

RISING = ("first_step", "early", "half_way")
FALLING = ("after_1", "after_2", "after_3", "after_4", "long_after")
OTHERS = ("at_the_peak", "no_warmup", "another_width", "the_paper")
TOLERANCE = 1e-5


def draw(draw: Draw) -> dict[str, Call]:
    """Steps before, at and after the end of the warm-up, some of them evenly spaced; another width; the paper's."""
    warmup, width, other = 4 * draw.size(10, 200), *draw.sizes(2, 4, 600)
    apart = draw.size(warmup // 8, warmup // 5)
    return {
        "first_step": Call((1, width, warmup)),
        "early": Call((draw.size(2, warmup // 4), width, warmup)),
        "half_way": Call((warmup // 2, width, warmup)),
        "at_the_peak": Call((warmup, width, warmup)),
        **{f"after_{n}": Call((warmup + n * apart, width, warmup)) for n in range(1, 5)},
        "long_after": Call((warmup * draw.size(8, 40), width, warmup)),
        "no_warmup": Call((draw.size(2, 50), width, 1)),
        "another_width": Call((warmup // 2, other, warmup)),
        "the_paper": Call((4000, 512, 4000)),
    }


def paper(step: int, d_model: int, warmup: int) -> float:
    """Equation (3)."""
    return float(d_model**-0.5 * min(step**-0.5, step * warmup**-1.5))


def is_the_papers(*names: str, hint: str) -> Check:
    """A number that is the formula's, however small."""

    def check(trial: Trial) -> None:
        for name in names:
            found, expected = as_number(trial.result(name)), float(trial.expected(name))
            told = f"{hint} The call was {trial.describe(name)}."
            if found is None:
                shown = describe(trial.result(name))
                raise Mismatch(what="the rate", expected=f"the number {expected:.6g}", actual=shown, hint=told)
            if not _near(found, expected):
                raise Mismatch(what="the rate", expected=f"{expected:.6g}", actual=f"{found:.6g}", hint=told)

    return check


def _near(found: float, expected: float, tolerance: float = TOLERANCE) -> bool:
    return abs(found - expected) <= tolerance * abs(expected)


def numbers(trial: Trial, names: tuple[str, ...]) -> list[float]:
    """The student's answers; ValueError if one isn't a number."""
    found = [as_number(trial.result(name)) for name in names]
    if None in found:
        raise ValueError("not a number")
    return [number for number in found if number is not None]


def is_everywhere(version: Rate) -> Callable[[Trial], bool]:
    """Whether the answers are a wrong version's on every call, and not the formula's on some."""

    def shown(trial: Trial) -> bool:
        names = tuple(trial.calls)
        pairs = zip(names, numbers(trial, names), strict=True)
        return all(_near(found, version(*trial.calls[name].args), 1e-4) for name, found in pairs)

    return shown


def depends_on_no_width(trial: Trial) -> bool:
    """The answers have the formula's form without its first factor: it is missing, or a constant."""
    names = tuple(trial.calls)
    pairs = zip(names, numbers(trial, names), strict=True)
    ratios = [found / (trial.expected(name) * trial.calls[name].args[1] ** 0.5) for name, found in pairs]
    return all(ratio > 0 and _near(ratio, ratios[0], 1e-4) for ratio in ratios)


def falls_in_a_straight_line(trial: Trial) -> bool:
    """After the warm-up, evenly spaced steps give evenly spaced rates, each below the one before."""
    rates = numbers(trial, FALLING[:4])
    differences = [after - before for before, after in zip(rates, rates[1:], strict=False)]
    return differences[0] < 0 and all(_near(difference, differences[0], 1e-2) for difference in differences)


COMPONENT = Component(
    name="warmup_rate",
    draw=draw,
    oracle=paper,
    returns=("the rate",),
    properties=(
        Property(
            "rises_in_a_straight_line",
            1,
            is_the_papers(
                *RISING, hint="Up to step = warmup the rate is proportional to step: d_model^−½ · step · warmup^−1.5."
            ),
        ),
        Property(
            "falls_with_the_root_of_the_step",
            1,
            is_the_papers(
                "at_the_peak",
                *FALLING,
                hint="From step = warmup on the rate is d_model^−½ · step^−½: four times the step, half the rate.",
            ),
        ),
        Property(
            "holds_for_every_width_and_warmup",
            1,
            is_the_papers(*OTHERS, hint="The rate is d_model^−½ · min(step^−½, step · warmup^−1.5)."),
            needs=("rises_in_a_straight_line", "falls_with_the_root_of_the_step"),
        ),
    ),
    mistakes=(
        Mistake(
            "max-instead-of-min",
            "The larger of the two branches is taken. At step 1 one branch is 1 and the other almost 0: which of them "
            "should a warm-up start with?",
            shown_by=is_everywhere(lambda step, d_model, warmup: d_model**-0.5 * max(step**-0.5, step * warmup**-1.5)),
        ),
        Mistake(
            "no-model-scale",
            "The rate doesn't depend on d_model. The whole expression is divided by the root of the model's width: "
            "a model four times as wide gets half the rate.",
            shown_by=depends_on_no_width,
        ),
        Mistake(
            "linear-decay",
            "After the warm-up the rate falls in a straight line. This schedule falls with one over the root of the "
            "step, fast at first and then ever more slowly, and never reaches zero.",
            shown_by=falls_in_a_straight_line,
        ),
    ),
)
