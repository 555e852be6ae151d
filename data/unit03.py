"""The tables of unit 03: what models with different positional encodings know about order, and at which lengths."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from data import order
from data.encodings import CLIPPED_AT, ENCODINGS, HEADS, WIDTH, Encoding
from data.threads import one_thread

SOURCES = tuple(Path(__file__).parent / name for name in ("encodings.py", "order.py", "unit03.py"))
SEEDS = (0, 1, 2)
LENGTHS: Final = (20, 40, 80, 160)
RECIPE: Final = order.Recipe()
ONE_LAYER: Final = order.Recipe(layers=1)
LONGER: Final = order.Recipe(steps=4 * RECIPE.steps)
TASKS: Final[Mapping[str, order.Task]] = {
    "shift": order.Task("shift"),
    "shift_causal": order.Task("shift", causal=True),
    "order": order.Task("order"),
}

Say = Callable[[str], None]


def tables(say: Say) -> dict[str, Any]:
    """Train every encoding on every task; about five minutes on one thread."""
    with one_thread():
        return {
            "recipe": {
                **asdict(RECIPE),
                "width": WIDTH,
                "heads": HEADS,
                "clipped_at": CLIPPED_AT,
                "kinds": order.KINDS,
            },
            **{
                name: {encoding: row(make, task, RECIPE, say) for encoding, make in ENCODINGS.items()}
                for name, task in TASKS.items()
            },
            "causal_without_encoding": {
                "1 layer": row(Encoding, TASKS["shift_causal"], ONE_LAYER, say),
                "2 layers": row(Encoding, TASKS["shift_causal"], RECIPE, say),
                "2 layers, 4 times the steps": row(Encoding, TASKS["shift_causal"], LONGER, say),
            },
        }


def row(make_encoding: Callable[[], Encoding], task: order.Task, recipe: order.Recipe, say: Say) -> dict[str, Any]:
    """Train one model a seed; accuracy at each length and the last losses, a number a seed."""
    runs = [order.train(make_encoding, task, seed, recipe) for seed in SEEDS]
    found = {
        "accuracy": {str(length): [round(order.accuracy(run, length), 4) for run in runs] for length in LENGTHS},
        "final_loss": [round(sum(run.losses[-20:]) / 20, 4) for run in runs],
        "parameters": sum(parameter.numel() for parameter in runs[0].model.parameters()),
    }
    say(f"{task}, {found}")
    return found
