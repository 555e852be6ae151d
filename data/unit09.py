"""The tables of unit 09: few labels and MiniLM, from scratch, frozen, in part and as a whole."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data import docstrings, few_labels, minilm
from data.docstrings import PACKAGES, Topics
from data.minilm import MiniLM
from data.threads import one_thread
from data.transfer import Way, features, fine_tune, targets

SOURCES = tuple(
    Path(__file__).parent / f"{name}.py" for name in ("docstrings", "few_labels", "minilm", "transfer", "unit09")
)
SEEDS = (0, 1, 2)
LABELS = 150
HEAD_RATE, HEAD_STEPS = 1e-2, 200
WAYS = {
    "all, 3e-4, 3 epochs": Way("all", 3e-4, 3),
    "all, 5e-5, 3 epochs": Way("all", 5e-5, 3),
    "last two, 3e-4, 3 epochs": Way("last-2", 3e-4, 3),
    "from scratch, 3e-4, 10 epochs": Way("all", 3e-4, 10, pretrained=False),
    "all, 5e-5, 10 epochs": Way("all", 5e-5, 10),
    "all, 3e-3, 3 epochs": Way("all", 3e-3, 3),
}
TASK_STEPS, TASK_RATE = 60, 3e-4
PARTS = ("from scratch", "head", "last-2", "all")
POOLINGS = ("mean", "cls", "pooled")

Say = Callable[[str], None]
Row = dict[str, Any]


def tables(say: Say) -> Row:
    """Measure everything that unit 09 quotes; about half an hour on one thread. FileNotFoundError without MiniLM."""
    model, topics = minilm.find(), docstrings.load()
    with one_thread():
        return {
            "task": {"labels": LABELS, "packages": len(PACKAGES), "held_out": len(topics.held_out)},
            "frozen": {how: frozen(how, model, topics, say) for how in POOLINGS},
            "ways": {name: row(name, way, model, topics, say) for name, way in WAYS.items()},
            "tasks": tasks(model, topics, say),
        }


def row(name: str, way: Way, model: MiniLM, topics: Topics, say: Say) -> Row:
    """Fine-tune once a seed."""
    found = []
    for seed in SEEDS:
        found.append(fine_tune(way, model, topics, LABELS, seed))
        say(f"{name}, seed {seed}: {found[-1]}")
    return {
        **asdict(way),
        "held_out": [round(outcome.held_out, 4) for outcome in found],
        "trained": [round(outcome.trained, 4) for outcome in found],
        "loss": [round(outcome.loss, 4) for outcome in found],
    }


def tasks(model: MiniLM, topics: Topics, say: Say) -> Row:
    """Return task → what trains → score on held-out examples, once a seed."""
    scores: dict[str, dict[str, list[float]]] = {}
    for kind in few_labels.KINDS:
        for trains in PARTS:
            found = [
                round(few_labels.measured(kind, trains, model, topics, seed, TASK_STEPS, TASK_RATE), 4)
                for seed in SEEDS
            ]
            say(f"{kind}, {trains}: {found}")
            scores.setdefault(kind, {})[trains] = found
    return {
        "labels": few_labels.LABELLED,
        "steps": TASK_STEPS,
        "rate": TASK_RATE,
        "held_out": few_labels.HELD_OUT,
        "scores": scores,
    }


def frozen(how: str, model: MiniLM, topics: Topics, say: Say) -> Row:
    """Train a linear head on vectors of the frozen model, once a seed."""
    asked, right = features(model, topics.held_out, how), targets(topics.held_out)
    held_out, trained = [], []
    for seed in SEEDS:
        examples = topics.sample(LABELS, seed)
        vectors, labels = features(model, examples, how), targets(examples)
        head = head_on(vectors, labels, seed)
        held_out.append(round(share_right(head, asked, right), 4))
        trained.append(round(share_right(head, vectors, labels), 4))
    say(f"frozen, {how}: {held_out}")
    return {"rate": HEAD_RATE, "steps": HEAD_STEPS, "held_out": held_out, "trained": trained}


def head_on(vectors: Tensor, labels: Tensor, seed: int) -> nn.Linear:
    """A linear head trained on all vectors at once."""
    torch.manual_seed(seed)
    head = nn.Linear(vectors.shape[1], len(PACKAGES))
    optimizer = torch.optim.AdamW(head.parameters(), lr=HEAD_RATE)
    for _ in range(HEAD_STEPS):
        optimizer.zero_grad()
        F.cross_entropy(head(vectors), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return head


def share_right(head: nn.Linear, vectors: Tensor, labels: Tensor) -> float:
    """The accuracy of a head."""
    return float((head(vectors).argmax(1) == labels).float().mean())
