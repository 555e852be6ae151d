"""The tables of unit 02: translation with and without attention, and what teacher forcing costs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import torch

from data import alignment, dates, number_words, slips
from data.parallel import Corpus
from data.recurrent_translators import Attentive, Plain, Translator, forced_loss, framed, fresh, greedy, mixed_loss
from data.threads import one_thread
from data.translation import Recipe, exact_match, train

SOURCES = tuple(
    Path(__file__).parent / f"{name}.py"
    for name in (
        *("parallel", "number_words", "dates", "translation", "recurrent_translators", "slips", "alignment"),
        "unit02",
    )
)
SEEDS = (0, 1, 2)
STEPS = 1000
LONGEST = 40  # tokens of a translation
LIKE = ("zwei", "drei", "vier", "fünf", "acht", "neun")  # they can stand in each other's place

Say = Callable[[str], None]
Make = Callable[[int, int], Translator]


def tables(say: Say) -> dict[str, Any]:
    """Measure everything that unit 02 quotes; about fifteen minutes on one thread."""
    numbers, days = number_words.corpus(), dates.corpus()
    recipe = Recipe(steps=STEPS)
    twice = Recipe(steps=2 * STEPS)
    with one_thread():
        return {
            "recipe": asdict(recipe),
            "number_words": {
                "no attention": row(Plain, numbers, recipe, say),
                "no attention, twice the steps": row(Plain, numbers, twice, say),
                "no attention, twice the width": row(partial(Plain, hidden_size=128), numbers, recipe, say),
                "additive": row(Attentive, numbers, recipe, say),
                "general": row(partial(Attentive, score="general"), numbers, recipe, say),
                "dot": row(partial(Attentive, score="dot"), numbers, recipe, say),
            },
            "dates": {
                "no attention": row(Plain, days, recipe, say),
                "additive": row(Attentive, days, recipe, say),
            },
            "teacher": {f"{share}": teacher_row(share, numbers, recipe, say) for share in (0.0, 0.5, 1.0)},
        }


def row(make: Make, corpus: Corpus, recipe: Recipe, say: Say) -> dict[str, Any]:
    """Train one model a seed; exact match on the held-out pairs, all of them and by group."""
    models, losses = trained(make, corpus, recipe)
    matches = [exact_match(greedy(model, LONGEST), corpus, corpus.held_out) for model in models]
    say(f"{make}: {[match['all'] for match in matches]}")
    aligned = [right_places(model, corpus) for model in models if isinstance(model, Attentive) and is_german(corpus)]
    return {
        "parameters": sum(parameter.numel() for parameter in models[0].parameters()),
        "steps": recipe.steps,
        "exact_match": [match["all"] for match in matches],
        "by_group": {group: [round(match[group], 3) for match in matches] for group in matches[0] if group != "all"},
        "final_loss": [round(sum(run[-20:]) / 20, 4) for run in losses],
        **({"right_places": aligned} if aligned else {}),
    }


def trained(make: Make, corpus: Corpus, recipe: Recipe) -> tuple[list[Translator], list[tuple[float, ...]]]:
    """Return one model a seed, taught with the right tokens, and their losses."""
    models = [fresh(make, corpus, seed) for seed in SEEDS]
    pairs = zip(models, SEEDS, strict=True)
    return models, [train(model, forced_loss(model), corpus, seed, recipe) for model, seed in pairs]


def is_german(corpus: Corpus) -> bool:
    return "und" in corpus.target.tokens


def right_places(model: Attentive, corpus: Corpus) -> float:
    """Return at what share of units and tens in reverse order the greatest weight is on the word translated."""
    batch = corpus.batch(corpus.held_out)
    with torch.no_grad():
        weights = model.all_weights(batch.source, batch.source_lengths, framed(batch)[0]).tolist()
    counts = [
        alignment.share_on(rows, alignment.reversals(pair.source, pair.target))
        for pair, rows in zip(corpus.held_out, weights, strict=True)
    ]
    return round(sum(hits for hits, _ in counts) / sum(places for _, places in counts), 4)


def teacher_row(own_share: float, corpus: Corpus, recipe: Recipe, say: Say) -> Mapping[str, Any]:
    """Train the model without attention on right tokens, its own ones, or a mixture; how does it bear mistakes?"""
    models = [fresh(Plain, corpus, seed) for seed in SEEDS]
    for model, seed in zip(models, SEEDS, strict=True):
        loss = mixed_loss(model, own_share, seed) if own_share else forced_loss(model)
        train(model, loss, corpus, seed, recipe)
    pairs = corpus.held_out
    found = [slips.after_a_slip(model, corpus, pairs, LIKE) for model in models]
    say(f"own share {own_share}: {found}")
    return {
        "exact_match": [exact_match(greedy(model, LONGEST), corpus, pairs)["all"] for model in models],
        "forced_tokens": rounded([slips.token_accuracy(model, corpus, pairs, forced=True) for model in models]),
        "free_tokens": rounded([slips.token_accuracy(model, corpus, pairs, forced=False) for model in models]),
        "clean": [rounded(slip.clean) for slip in found],
        "slipped": [rounded(slip.slipped) for slip in found],
    }


def rounded(shares: Sequence[float]) -> list[float]:
    return [round(share, 4) for share in shares]
