"""Asks a subject every property of a component, and after a failure which known mistake explains it."""

from typing import Any

import torch
from torch import Tensor

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.expect import Mismatch
from autograder.judging.subject import StudentError, Subject, leaves
from autograder.judging.trial import Trial
from autograder.judging.verdict import ComponentVerdict, PropertyVerdict, Status

UNFINISHED = "NotImplementedError"
MARGIN = 1e-3
CLOSENESS = 1e-4


def judge(component: Component, subject: Subject, seed: int) -> ComponentVerdict:
    """Return the verdict on one component; the same seed gives the same draws."""
    try:
        trial = Trial(component, subject, seed)
    except Exception as error:
        return faulty(component, f"The checks of {component.name} failed to draw their inputs: {error!r}")
    found: dict[str, PropertyVerdict] = {}
    errors: list[StudentError] = []
    faults: list[str] = []
    for prop in component.properties:
        found[prop.name] = _ask(prop, trial, found, errors, faults)
    if faults:
        return _verdict(component, "error", found, None, faults[0])
    if all(verdict.passed for verdict in found.values()):
        return _verdict(component, "passed", found, None, "")
    unfinished = next((error for error in errors if error.kind == UNFINISHED), None)
    if unfinished and not any(verdict.passed for verdict in found.values()):
        return missing(component, explain(unfinished))
    mistake = next((mistake for mistake in component.mistakes if made(mistake, trial)), None)
    first = next(verdict.message for verdict in found.values() if verdict.passed is False)
    return _verdict(component, "failed", found, mistake.id if mistake else None, mistake.advice if mistake else first)


def missing(component: Component, message: str) -> ComponentVerdict:
    """Return the verdict on a component that isn't there."""
    return unjudged(component, "missing", message)


def unjudged(component: Component, status: Status, message: str) -> ComponentVerdict:
    """Return a verdict of no points, given without asking any property."""
    asked = {prop.name: PropertyVerdict(prop.name, None, "", prop.points) for prop in component.properties}
    return _verdict(component, status, asked, None, message)


def faulty(component: Component, message: str) -> ComponentVerdict:
    """Return the verdict of checks that themselves failed: the instructor's matter, not the student's."""
    return unjudged(component, "error", message)


def made(mistake: Mistake, trial: Trial) -> bool:
    """Whether the student's answers show this mistake."""
    try:
        if mistake.shown_by is not None:
            return bool(mistake.shown_by(trial))
        return any(_equals_wherever_it_matters(wrong, mistake, trial) for wrong in mistake.wrong)
    except Exception:
        # A predicate that stumbles over an odd answer doesn't recognise it; the verdict stands without a name.
        return False


def _ask(
    prop: Property, trial: Trial, found: dict[str, PropertyVerdict], errors: list[StudentError], faults: list[str]
) -> PropertyVerdict:
    unmet = [name for name in prop.needs if not found[name].passed]
    if unmet:
        return PropertyVerdict(prop.name, None, f"Skipped, because it needs: {readable(unmet[0])}.", prop.points)
    try:
        prop.check(trial)
    except Mismatch as mismatch:
        return PropertyVerdict(prop.name, False, str(mismatch), prop.points)
    except StudentError as error:
        errors.append(error)
        return PropertyVerdict(prop.name, False, explain(error), prop.points)
    except Exception as error:
        faults.append(f"The check {prop.name} of {trial.component.name} failed itself: {error!r}")
        return PropertyVerdict(prop.name, None, "This check failed itself; your instructor has been told.", prop.points)
    return PropertyVerdict(prop.name, True, "", prop.points)


def explain(error: StudentError) -> str:
    """Return a sentence for the student about what their code raised, where, and in which call."""
    place = f" ({error.line})" if error.line else ""
    if error.kind == "ForbiddenCall":
        return f"{error.text[:1].upper()}{error.text[1:]}{place}."
    if error.kind == UNFINISHED:
        # A text comes from a library, such as torch's on a module without a forward.
        return (
            f"Not written yet: it raises NotImplementedError{f': {error.text}' if error.text else ''}".rstrip(".") + "."
        )
    call = f" The call was {error.call}." if error.call else ""
    return f"Your code raised {error.kind}: {error.text}{place}.{call}"


def readable(name: str) -> str:
    """Return a property's name as the sentence that it is."""
    return name.replace("_", " ")


def _equals_wherever_it_matters(wrong: Any, mistake: Mistake, trial: Trial) -> bool:
    """Whether some calls tell the wrong version from the oracle, and on all of these the student's answer equals it."""
    told_apart = False
    for name in trial.calls if mistake.calls is None else mistake.calls:
        try:
            answer = _evaluated(wrong, trial.calls[name], trial)
        except Exception:
            # It can't answer every call: a mistake may only be possible where the sizes allow it.
            continue
        if _alike(trial.expected(name), answer, MARGIN):
            continue
        if not _equals(answer, name, trial):
            return False
        told_apart = True
    return told_apart


def _equals(answer: Any, name: str, trial: Trial) -> bool:
    try:
        return _alike(trial.result(name), answer, CLOSENESS)
    except StudentError:
        return False


def _evaluated(wrong: Any, call: Call, trial: Trial) -> Any:
    with torch.no_grad():
        return trial.evaluate(wrong, call)


def _alike(value: Any, pattern: Any, tolerance: float) -> bool:
    """Whether a value equals a wrong version's wherever that one is neither None nor NaN."""
    values, patterns = [leaf for _, leaf in leaves(value)], [leaf for _, leaf in leaves(pattern)]
    if len(values) != len(patterns):
        return False
    return all(_leaf_alike(v, p, tolerance) for v, p in zip(values, patterns, strict=True))


def _leaf_alike(value: Any, pattern: Any, tolerance: float) -> bool:
    if pattern is None:
        return True
    if isinstance(pattern, Tensor) != isinstance(value, Tensor):
        return _leaf_alike(_scalar(value), _scalar(pattern), tolerance) if _both_scalar(value, pattern) else False
    if not isinstance(pattern, Tensor):
        return _number_alike(value, pattern, tolerance)
    if value.shape != pattern.shape:
        return False
    v, p = value.detach().double(), pattern.detach().double()
    scale = max(1.0, float(p[p.isfinite()].abs().max())) if bool(p.isfinite().any()) else 1.0
    return bool((torch.isclose(v, p, rtol=tolerance, atol=tolerance * scale) | p.isnan()).all())


def _number_alike(value: Any, pattern: Any, tolerance: float) -> bool:
    if isinstance(value, (int, float)) and isinstance(pattern, (int, float)):
        return abs(value - pattern) <= tolerance * max(1.0, abs(pattern)) or pattern != pattern
    return bool(value == pattern)


def _both_scalar(value: Any, pattern: Any) -> bool:
    return all(isinstance(x, (int, float)) or (isinstance(x, Tensor) and x.dim() == 0) for x in (value, pattern))


def _scalar(value: Any) -> Any:
    return value.item() if isinstance(value, Tensor) else value


def _verdict(
    component: Component, status: Status, found: dict[str, PropertyVerdict], misconception: str | None, message: str
) -> ComponentVerdict:
    properties = tuple(found.values())
    return ComponentVerdict(
        name=component.name,
        status=status,
        score=sum(verdict.points for verdict in properties if verdict.passed),
        max_score=component.max_score,
        misconception=misconception,
        message=message,
        properties=properties,
    )
