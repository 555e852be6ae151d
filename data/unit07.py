"""The tables of unit 07: a decoder-only model beside counting, by training steps and by what it may look back at."""

import math
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from data.language_models import Recipe, TorchLM, bits, held_out_losses, next_token_loss, start_small, train
from data.ngrams import before, nats, ngrams
from data.python_prose import ALPHABET, Prose, prose
from data.threads import one_thread

SOURCES = tuple(
    Path(__file__).parent / f"{name}.py" for name in ("python_prose", "ngrams", "language_models", "unit07")
)
SEEDS = (0, 1, 2)
RECIPE = Recipe(steps=3200, batch_size=16)
CONTEXTS = (64, 4, 16, 1)  # characters
TOKENS = RECIPE.batch_size * RECIPE.length  # of a step, whatever the context
WATCHED = (100, 200, 400, 800, 1600, 3200)  # steps
ORDERS = range(1, 9)

Say = Callable[[str], None]
Row = dict[str, Any]


def tables(say: Say) -> Row:
    """Measure everything that unit 07 quotes; about five minutes on one thread."""
    text = prose()
    with one_thread():
        return {
            "text": {
                "checksum": text.checksum,
                "train": len(text.train),
                "held_out": len(text.held_out),
                "alphabet": len(ALPHABET),
            },
            "recipe": asdict(RECIPE),
            "ngrams": {str(order): counted(text, order) for order in ORDERS},
            "contexts": {str(context): row(text, context, say) for context in CONTEXTS},
        }


def counted(text: Prose, order: int) -> Row:
    """Bits per held-out character of an n-gram model, scored where the models of 64 characters are."""
    counts = ngrams(text.train, order, len(ALPHABET))
    held_out = before(text.held_out, order - 1, first=RECIPE.length // 2 + 1)
    return {"bits": round(nats(counts, held_out) / math.log(2), 4), "numbers": counts.size}


def row(text: Prose, context: int, say: Say) -> Row:
    """Train one model a seed that sees so many characters; bits per held-out character at the watched steps."""
    runs = [watch(text, context, seed) for seed in SEEDS]
    say(f"context {context}: {[run['bits'][-1] for run in runs]}")
    return {
        "parameters": runs[0]["parameters"],
        "steps": list(WATCHED),
        "bits": [list(at_step) for at_step in zip(*(run["bits"] for run in runs), strict=True)],
        "final_bits": [run["bits"][-1] for run in runs],
        "train_bits": [run["train_bits"] for run in runs],
    }


def watch(text: Prose, context: int, seed: int) -> Row:
    """Train one model and return its bits per held-out character at the watched steps."""
    torch.manual_seed(seed)
    model = TorchLM(len(ALPHABET), context)
    start_small(model)
    found: list[float] = []

    def look(step: int) -> None:
        if step in WATCHED:
            found.append(round(bits(*held_out_losses(model, text.held_out_ids, context, TOKENS // context)), 4))

    recipe = replace(RECIPE, length=context, batch_size=TOKENS // context)
    losses = train(model, next_token_loss, text.train_ids, seed, recipe, look)
    return {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "bits": found,
        "train_bits": round(sum(losses[-50:]) / 50 / math.log(2), 4),
    }
