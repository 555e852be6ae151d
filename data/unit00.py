"""The table of unit 00: five small models, and patterns at places where they have never seen one."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import nn

from data import shifts
from data.threads import one_thread

SOURCES = tuple(Path(__file__).parent / name for name in ("shifts.py", "unit00.py"))
SEEDS = (0, 1, 2)
LONGER = shifts.Recipe(steps=5 * shifts.Recipe().steps)

Say = Callable[[str], None]


def tables(say: Say) -> dict[str, Any]:
    """Train every model on early and on late patterns; about a minute on one thread."""
    with one_thread():
        return {
            "recipe": asdict(shifts.Recipe()),
            "early": direction(shifts.EARLY, shifts.LATE, say),
            "late": direction(shifts.LATE, shifts.EARLY, say),
            "dense_anywhere": runs_row(shifts.Dense, shifts.ANYWHERE, shifts.LATE, say),
            "recurrence_longer": runs_row(shifts.Recurrence, shifts.EARLY, shifts.LATE, say, LONGER),
        }


def direction(places: shifts.Places, others: shifts.Places, say: Say) -> dict[str, dict[str, Any]]:
    """Train every model on patterns in ``places``, and ask it about patterns there and in ``others``."""
    found = {}
    for name, make_model in shifts.MODELS.items():
        found[name] = runs_row(make_model, places, others, say)
    return found


def runs_row(
    make_model: Callable[[], nn.Module],
    places: shifts.Places,
    others: shifts.Places,
    say: Say,
    recipe: shifts.Recipe | None = None,
) -> dict[str, Any]:
    """Train one model a seed; a number a seed."""
    runs = [shifts.train(make_model, seed, places, others, recipe) for seed in SEEDS]
    row = {
        "parameters": runs[0].parameters,
        "seen": [round(run.seen, 4) for run in runs],
        "unseen": [round(run.unseen, 4) for run in runs],
        "final_loss": [round(sum(run.losses[-20:]) / 20, 4) for run in runs],
    }
    say(f"{make_model.__name__}, {places}: {row}")
    return row
