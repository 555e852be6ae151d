"""The tables of unit 01: the error of forecasts against the number of steps that they must remember."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import nn

from data import echoes
from data.threads import one_thread

SOURCES = tuple(Path(__file__).parent / name for name in ("echoes.py", "unit01.py"))
SEEDS = (0, 1, 2)
GAPS = (5, 10, 20, 40, 80)
LONGER = echoes.Recipe(steps=5 * echoes.Recipe().steps)

Say = Callable[[str], None]


def tables(say: Say) -> dict[str, Any]:
    """Train every network on every gap; about four minutes on one thread."""
    with one_thread():
        return {
            "recipe": asdict(echoes.Recipe()),
            "gaps": list(GAPS),
            "linear": {str(gap): [round(echoes.linear_error(gap, seed), 4) for seed in SEEDS] for gap in GAPS},
            "networks": {name: network(name, make_model, say) for name, make_model in echoes.MODELS.items()},
            "lstm_longer": runs_row(echoes.lstm, 20, say, LONGER),
        }


def network(name: str, make_model: Callable[[], nn.Module], say: Say) -> dict[str, dict[str, Any]]:
    """Train one kind of network on every gap."""
    say(name)
    return {str(gap): runs_row(make_model, gap, say) for gap in GAPS}


def runs_row(
    make_model: Callable[[], nn.Module], gap: int, say: Say, recipe: echoes.Recipe | None = None
) -> dict[str, Any]:
    """Train one network a seed; a number a seed."""
    runs = [echoes.train(make_model, gap, seed, recipe) for seed in SEEDS]
    row = {
        "parameters": runs[0].parameters,
        "error": [round(run.error, 4) for run in runs],
        "final_loss": [round(sum(run.losses[-20:]) / 20, 4) for run in runs],
    }
    say(f"gap {gap}: {row}")
    return row
