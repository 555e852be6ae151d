"""The learning rate's factor: up in a straight line, then down in one (Devlin et al. 2019, appendix A.2)."""

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import number
from autograder.judging.inprocess import as_number
from autograder.judging.properties import Check
from autograder.judging.trial import Trial

UP = ("first", "early", "nearly_up")
DOWN = ("just_past_the_top", "half_way_down", "nearly_down")
AFTER = ("after_the_end", "long_after")


def draw(draw: Draw) -> dict[str, Call]:
    """Steps on the way up, at the top, on the way down, at the end and after it; no warm-up at all."""
    warmup = draw.size(4, 9)
    fall = 2 * draw.size(5, 20)
    total = warmup + fall
    return {
        "start": Call((0, warmup, total)),
        "first": Call((1, warmup, total)),
        "early": Call((warmup // 2, warmup, total)),
        "nearly_up": Call((warmup - 1, warmup, total)),
        "top": Call((warmup, warmup, total)),
        "just_past_the_top": Call((warmup + 1, warmup, total)),
        "half_way_down": Call((warmup + fall // 2, warmup, total)),
        "nearly_down": Call((total - 1, warmup, total)),
        "end": Call((total, warmup, total)),
        "after_the_end": Call((total + 1, warmup, total)),
        "long_after": Call((2 * total, warmup, total)),
        "no_warmup_start": Call((0, 0, fall)),
        "no_warmup": Call((fall // 2 - 1, 0, fall)),
        "no_warmup_end": Call((fall, 0, fall)),
        "one_step_of_warmup": Call((1, 1, fall)),
    }


def definition(step: int, warmup: int, total: int) -> float:
    """The height at ``step`` of the lines from (0, 0) by way of (warmup, 1) to (total, 0)."""
    if step >= total:
        return 0.0
    return step / warmup if step < warmup else 1.0 - (step - warmup) / (total - warmup)


def is_at(*names: str, hint: str) -> Check:
    """A number on the line."""

    def check(trial: Trial) -> None:
        for name in names:
            told = f"{hint} The call was {trial.describe(name)}."
            number(trial.result(name), what="the factor", expected=trial.expected(name), hint=told)

    return check


def has_no_warmup(trial: Trial) -> bool:
    """The factor falls, or stands still, where it should rise."""
    first, later = (as_number(trial.result(name)) for name in ("start", "nearly_up"))
    return first is not None and later is not None and first > 0.5 and later <= first


def stays_above_zero(trial: Trial) -> bool:
    """The way up is right, and at the end there is something left."""
    right_way_up = all(trial.expected(name) == _rounded(trial, name) for name in ("start", "early", "nearly_up"))
    end = as_number(trial.result("end"))
    return right_way_up and end is not None and end > 1e-4


def _rounded(trial: Trial, name: str) -> float | None:
    found, right = as_number(trial.result(name)), float(trial.expected(name))
    return right if found is not None and abs(found - right) < 1e-5 else found


COMPONENT = Component(
    name="linear_schedule",
    draw=draw,
    oracle=definition,
    returns=("the factor",),
    properties=(
        Property(
            "rises_in_a_straight_line_from_zero_to_one",
            1,
            is_at("start", *UP, "top", hint="Step 0 has the factor 0, step warmup the factor 1."),
        ),
        Property(
            "falls_in_a_straight_line_to_zero",
            1,
            is_at(*DOWN, "end", hint="The line goes from 1 at step warmup to 0 at step total."),
        ),
        Property(
            "stays_zero_after_the_end",
            1,
            is_at(*AFTER, hint="A factor is never negative: a negative rate would climb."),
            needs=("falls_in_a_straight_line_to_zero",),
        ),
        Property(
            "works_without_a_warmup",
            1,
            is_at(
                "no_warmup_start",
                "no_warmup",
                "no_warmup_end",
                "one_step_of_warmup",
                hint="With warmup=0 it begins at the top; nothing may be divided by 0.",
            ),
            needs=("falls_in_a_straight_line_to_zero",),
        ),
    ),
    mistakes=(
        Mistake(
            "no-warmup",
            "The factor doesn't rise at the beginning. The first steps go by a fresh head's gradients and by moments "
            "that have hardly been estimated: they start small. What is your factor at steps 0, 1 and 2 of a warm-up "
            "of 10?",
            shown_by=has_no_warmup,
        ),
        Mistake(
            "never-reaches-zero",
            "At the last step something is left of the factor. The line falls from 1 at step warmup to 0 at step "
            "total: over how many steps does it fall?",
            shown_by=stays_above_zero,
        ),
    ),
)
