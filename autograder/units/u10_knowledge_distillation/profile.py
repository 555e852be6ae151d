"""Parameters, megabytes and latency of a model whose calls take a scripted time of a clock that it moves itself."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.inprocess import as_number
from autograder.judging.properties import Check
from autograder.judging.subject import COMPONENT as STUDENTS
from autograder.judging.subject import Handle
from autograder.judging.trial import Trial

Sizes = tuple[int, int, int]
Seen = tuple[bool, bool, int]

TIMED = "autograder.judging.clocks.Timed"
CLOCK = "autograder.judging.clocks.Clock"
KEYS = ("parameters", "megabytes", "median_ms")
ODD = ("five", "three", "one")
EVEN = ("four", "two", "by_default")
DEFAULT_REPEATS = 20
SLOW = 5.0
NAP = 0.002
LONGEST_NAP = 30.0
TOLERANCE = 1e-4
APART = 0.02


@dataclass(frozen=True)
class Measured:
    """What the student's function returned, what the model saw, and how the function left the model and autograd."""

    returned: Any
    log: list[Seen]
    model: Handle
    watched: bool


def draw(draw: Draw) -> dict[str, Call]:
    """(seconds of each call, sizes, inputs, repeats or None, in training?): the first call is a slow one."""
    sizes = (draw.size(30, 60), draw.size(4, 9), draw.size(10, 20))
    both = (draw.ids(2, 3, high=9), draw.ids(2, 3, high=2).bool())

    def call(repeats: int | None, training: bool = True, inputs: tuple[Tensor, ...] = both) -> Call:
        return Call((durations(draw, repeats or DEFAULT_REPEATS), sizes, inputs, repeats, training))

    return {
        "five": call(5),
        "three": call(3, training=False),
        "one": call(1),
        "four": call(4, inputs=both[:1]),
        "two": call(2),
        "by_default": call(None),
    }


def durations(draw: Draw, repeats: int) -> list[float]:
    """Seconds: a slow call, then ones whose median, mean and middle values can be told apart in every window."""
    count = 2 * repeats + 10
    while True:
        seconds = [SLOW] + [0.01 * 2 ** draw.random.gauss(0, 1.5) for _ in range(count)]
        if repeats == 1 or all(telling(seconds[i : i + repeats]) for i in range(4)):
            return seconds


def telling(window: list[float]) -> bool:
    """Whether neither the mean nor a value beside the middle is close to the median."""
    ordered, middle = sorted(window), median(window)
    half = len(ordered) // 2
    others = [mean(window)] + (ordered[half - 1 : half + 1] if len(ordered) % 2 == 0 else [])
    # Of two values the mean is the median.
    others = others[1:] if len(ordered) == 2 else others
    return all(abs(other - middle) > APART * middle for other in others)


def measured(trial: Trial, name: str) -> Measured:
    """Let the student's function measure a scripted model; each call is made once."""
    memory: dict[str, Measured] = trial.__dict__.setdefault("measured", {})
    if name not in memory:
        memory[name] = _measured(trial, name)
    return memory[name]


def _measured(trial: Trial, name: str) -> Measured:
    seconds, sizes, inputs, repeats, training = trial.calls[name].args
    clock = trial.library(CLOCK)
    model = trial.library(TIMED, clock, seconds, sizes)
    trial.subject.call(model, (training,), {}, method="train")
    if repeats is None:
        returned = trial.subject.call(STUDENTS, (model, inputs), {"clock": clock})
    else:
        returned = trial.subject.call(STUDENTS, (model, inputs, repeats, clock), {})
    log = seen(trial, model)
    trial.subject.call(model, inputs, {})
    watched = seen(trial, model)[-1][1]
    switch_autograd_on(trial)
    return Measured(returned, log, model, watched)


def seen(trial: Trial, model: Handle) -> list[Seen]:
    """What a scripted model saw so far."""
    return [tuple(entry) for entry in trial.subject.attribute(model, "log")]


def switch_autograd_on(trial: Trial) -> None:
    """Undo what an answer that leaves it off would do to all that comes after it."""
    trial.library("torch.set_grad_enabled", True)


def told(trial: Trial, name: str) -> str:
    """What a drawn call was."""
    _, _, inputs, repeats, training = trial.calls[name].args
    times = "" if repeats is None else f", repeats={repeats}"
    mode = "training" if training else "evaluation"
    return f"The call was profile(model in {mode} mode, {len(inputs)} inputs{times}, clock=a scripted clock)."


def value(trial: Trial, name: str, key: str) -> float:
    """One of the returned numbers."""
    found = measured(trial, name).returned
    if not isinstance(found, dict) or not set(KEYS) <= set(found):
        actual = f"a dict of {', '.join(map(str, found)) or 'nothing'}" if isinstance(found, dict) else None
        raise Mismatch(
            what="the returned value",
            expected=f"a dict of {', '.join(KEYS)}",
            actual=actual or expect.describe(found),
            hint=told(trial, name),
        )
    number = as_number(found[key])
    if number is None:
        raise Mismatch(what=key, expected="a number", actual=expect.describe(found[key]), hint=told(trial, name))
    return number


def repeats_of(trial: Trial, name: str) -> int:
    """How many calls are to be timed."""
    repeats: int | None = trial.calls[name].args[3]
    return DEFAULT_REPEATS if repeats is None else repeats


def counts(sizes: Sizes) -> tuple[int, int]:
    """The parameters of the scripted model, and their bytes."""
    single, double, frozen = sizes
    of_four, of_eight = 7 * single + 7 + frozen, 5 * double
    return of_four + of_eight, 4 * of_four + 8 * of_eight


def counts_the_parameters(trial: Trial) -> None:
    """Every parameter once, frozen or not."""
    for name in ("five", "three"):
        expected = counts(trial.calls[name].args[1])[0]
        found = value(trial, name, "parameters")
        if found != expected:
            raise Mismatch(
                what="parameters",
                expected=str(expected),
                actual=f"{found:g}",
                hint="The numbers in all of model.parameters(): frozen ones too, shared ones once, and no buffers.",
            )


def counts_the_bytes(trial: Trial) -> None:
    """What they take, in millions of bytes."""
    for name in ("five", "three"):
        expected = counts(trial.calls[name].args[1])[1] / 1e6
        found = value(trial, name, "megabytes")
        if abs(found - expected) > TOLERANCE * expected:
            raise Mismatch(
                what="megabytes",
                expected=f"{expected:.6g}",
                actual=f"{found:.6g}",
                hint="A parameter takes as many bytes as its dtype says, here 4 or 8; a megabyte is 1,000,000 bytes.",
            )


def windows(trial: Trial, name: str, of: Callable[[list[float]], float], first: int) -> list[float]:
    """Milliseconds that come out if as many calls as asked are timed after ``first`` ones or more."""
    seconds, repeats = trial.calls[name].args[0], repeats_of(trial, name)
    made = min(len(measured(trial, name).log), len(seconds))
    return [1e3 * of(seconds[i : i + repeats]) for i in range(first, max(first, made - repeats) + 1)]


def is_one_of(found: float, candidates: list[float]) -> bool:
    """Whether a number is among these, but for rounding."""
    return any(abs(found - candidate) <= TOLERANCE * candidate for candidate in candidates)


def takes_the_median(*names: str, first: int, hint: str) -> Check:
    """The result is the median of as many successive calls as asked, after ``first`` other calls or more."""

    def check(trial: Trial) -> None:
        for name in names:
            found, candidates = value(trial, name, "median_ms"), windows(trial, name, median, first)
            seconds, repeats = trial.calls[name].args[0], repeats_of(trial, name)
            if len(measured(trial, name).log) < repeats or not is_one_of(found, candidates):
                shown = ", ".join(f"{1e3 * s:.3g}" for s in seconds[: min(repeats, 5) + 1])
                raise Mismatch(
                    what="median_ms",
                    expected=f"{candidates[-1]:.5g}",
                    actual=f"{found:.5g}",
                    hint=f"{hint} The model was called {len(measured(trial, name).log)} times; its calls took {shown}"
                    f"{', …' if repeats > 5 else ''} ms. {told(trial, name)}",
                )

    return check


def warms_up(trial: Trial) -> None:
    """There are more calls than are timed, and the first is none of these."""
    for name in (*ODD, "four"):
        made, repeats = len(measured(trial, name).log), repeats_of(trial, name)
        if made <= repeats:
            raise Mismatch(
                what="the number of calls of the model",
                expected=f"{repeats} that are timed and at least one before them",
                actual=str(made),
                hint=f"The first call pays for memory and caches that all later ones find ready. {told(trial, name)}",
            )
    hint = "The first call is slow, and isn't to be among those that are timed."
    takes_the_median(*ODD, "four", first=1, hint=hint)(trial)


def of_the_timed(trial: Trial, name: str) -> list[Seen]:
    """What the model saw in the calls that were timed."""
    return measured(trial, name).log[-repeats_of(trial, name) :]


def is_measured(position: int, right: bool, *, expected: str, actual: str, hint: str) -> Check:
    """What the model saw at a position of its log is the same in every timed call."""

    def check(trial: Trial) -> None:
        for name in (*ODD, "four"):
            if any(entry[position] is not right for entry in of_the_timed(trial, name)):
                text = f"{hint} {told(trial, name)}"
                raise Mismatch(what="the model while it is timed", expected=expected, actual=actual, hint=text)

    return check


def gives_all_inputs(trial: Trial) -> None:
    """The model gets the inputs, each as an argument."""
    for name in ("five", "four"):
        given = len(trial.calls[name].args[2])
        if any(entry[2] != given for entry in of_the_timed(trial, name)):
            raise Mismatch(
                what="what the model is called with",
                expected=f"its {given} inputs, each an argument of its own",
                actual="others",
                hint=f"model(*inputs) unpacks a tuple. {told(trial, name)}",
            )


def restores_the_mode(trial: Trial) -> None:
    """The model, with all that is in it, is in the mode in which it was; so is autograd."""
    modes = ("evaluation mode", "training mode")
    for name in (*ODD, "two"):
        model, training = measured(trial, name).model, trial.calls[name].args[4]
        for path, what in (("training", "the model"), ("body.training", "a sub-module of the model")):
            if trial.subject.attribute(model, path) is not training:
                raise Mismatch(
                    what=f"{what} after the call",
                    expected=f"to be in {modes[training]}, as before",
                    actual=modes[not training],
                    hint=f"Remember the mode, and set it again with model.train(mode). {told(trial, name)}",
                )
        if not measured(trial, name).watched:
            raise Mismatch(
                what="autograd after the call",
                expected="to be switched on, as before",
                actual="switched off",
                hint="with torch.no_grad(): switches it on again at its end.",
            )


def measures_real_time(trial: Trial) -> None:
    """Without a clock of the caller's, milliseconds of real time."""
    model = trial.library(TIMED, None, [NAP], trial.calls["two"].args[1])
    returned = trial.subject.call(STUDENTS, (model, (torch.zeros(1),), 2), {})
    switch_autograd_on(trial)
    found = as_number(returned.get("median_ms")) if isinstance(returned, dict) else None
    if found is None or not 0.9e3 * NAP <= found <= 1e3 * LONGEST_NAP:
        raise Mismatch(
            what="median_ms without a clock argument, of a model that sleeps for 2 ms in every call",
            expected="2 or a little more",
            actual="no number" if found is None else f"{found:.4g}",
            hint="The default is clock=time.perf_counter, which counts seconds, sleeping ones too.",
        )


def trains(trial: Trial) -> bool:
    """Some module was in training mode while it was timed."""
    return all(entry[0] for entry in of_the_timed(trial, "five") + of_the_timed(trial, "one"))


def forgets_to_warm_up(trial: Trial) -> bool:
    """The slow first call is among those that are timed."""
    names = (*ODD, "four")
    return all(
        is_one_of(value(trial, name, "median_ms"), [1e3 * of(trial.calls[name].args[0][: repeats_of(trial, name)])])
        for of in [median if is_one_of(value(trial, "five", "median_ms"), windows(trial, "five", median, 0)) else mean]
        for name in names
    )


def takes_the_mean(trial: Trial) -> bool:
    """The result is the mean of the timed calls."""
    return all(
        is_one_of(value(trial, name, "median_ms"), windows(trial, name, mean, 1)) for name in ("five", "three", "four")
    )


COMPONENT = Component(
    name="profile",
    draw=draw,
    returns=("the figures",),
    properties=(
        Property("counts_the_parameters", 1, counts_the_parameters),
        Property("counts_megabytes_by_dtype", 1, counts_the_bytes),
        Property(
            "takes_the_median_in_milliseconds",
            2,
            takes_the_median(
                "five", "three", first=0, hint="Time every call on its own; of an odd number the median is the middle."
            ),
        ),
        Property(
            "takes_the_mean_of_the_middle_two_of_an_even_number",
            1,
            takes_the_median(*EVEN, first=0, hint="Of 4 sorted values the median is the mean of the second and third."),
            needs=("takes_the_median_in_milliseconds",),
        ),
        Property("warms_up_before_it_measures", 1, warms_up, needs=("takes_the_median_in_milliseconds",)),
        Property("gives_the_model_its_inputs", 1, gives_all_inputs),
        Property(
            "measures_in_evaluation_mode",
            1,
            is_measured(
                0,
                False,
                expected="to be in evaluation mode, with all that is in it",
                actual="training mode",
                hint="In use nothing is dropped: dropout costs time and belongs to training.",
            ),
        ),
        Property(
            "measures_without_gradients",
            1,
            is_measured(
                1,
                False,
                expected="to be called without gradients being recorded",
                actual="a graph being recorded",
                hint="In use nobody calls backward(): recording a graph costs time and memory.",
            ),
        ),
        Property("restores_the_mode", 1, restores_the_mode),
        Property("measures_real_time_by_default", 1, measures_real_time, needs=("takes_the_median_in_milliseconds",)),
    ),
    mistakes=(
        Mistake(
            "training-mode",
            "The model is timed in training mode, where dropout costs time and nothing is as it is in use. Who calls "
            "model.eval(), and does it happen before the first timed call?",
            shown_by=trains,
        ),
        Mistake(
            "no-warm-up",
            "The first call is among those that are timed. It pays for memory and caches that all later ones find "
            "ready: call the model at least once before the clock matters.",
            shown_by=forgets_to_warm_up,
        ),
        Mistake(
            "mean-not-median",
            "This is the mean of the timed calls. One call that the system interrupts moves a mean as far as it likes; "
            "what does it do to the one in the middle of the sorted times?",
            shown_by=takes_the_mean,
        ),
    ),
)
