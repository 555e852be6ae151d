"""The check cell of a notebook: one short call that shows what holds, what doesn't, and which mistake it is."""

import contextlib
import io
import random
import secrets
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from IPython.display import display

from autograder.judging.inprocess import InProcessSubject
from autograder.judging.judge import judge, missing
from autograder.judging.verdict import ComponentVerdict
from autograder.render import html, terminal
from autograder.student.library import save
from autograder.student.places import being_graded
from autograder.units import find_component

MAX_PRINTED = 2_000


def check(name: str, *, seed: int | None = None) -> float:
    """Check the component of that name in the caller's notebook, show the verdict and return the score.

    Inputs are drawn anew each time; ``seed`` (shown with the verdict) draws them again. A full pass puts the component
    into the student's own library, ``mine``, unless a grader is running the notebook.
    """
    namespace = sys._getframe(1).f_globals
    seed = secrets.randbelow(10**6) if seed is None else seed
    unit, component = find_component(name, likely=Path.cwd().name)
    with _quietly() as printed, _own_randomness():
        if name in namespace:
            subject = InProcessSubject(namespace[name], component.forbidden)
            verdict = judge(component, subject, seed)
        else:
            verdict = missing(component, f"{name} is not defined yet: run the cell above first.")
    display(Shown(verdict, seed, printed.getvalue()[:MAX_PRINTED], _keep(verdict, unit.name, namespace)))
    return float(verdict.score)


class Shown:
    """A verdict as a notebook shows it."""

    def __init__(self, verdict: ComponentVerdict, seed: int, printed: str, note: str) -> None:
        self._verdict, self._seed, self._printed, self._note = verdict, seed, printed, note

    def _repr_html_(self) -> str:
        return html.component(self._verdict, seed=self._seed, printed=self._printed, note=self._note)

    def __repr__(self) -> str:
        return terminal.component(self._verdict, seed=self._seed, printed=self._printed, note=self._note)


def _keep(verdict: ComponentVerdict, unit: str, namespace: dict[str, Any]) -> str:
    if verdict.status != "passed" or being_graded():
        return ""
    return save(verdict.name, unit, namespace)


@contextlib.contextmanager
def _quietly() -> Iterator[io.StringIO]:
    """Catch what the student's code prints and warns: nbgrader takes anything on standard error for a failure."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield printed


@contextlib.contextmanager
def _own_randomness() -> Iterator[None]:
    """Leave the notebook's random numbers as they would be without the check."""
    python, numpy_state = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng(devices=[]):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy_state)
