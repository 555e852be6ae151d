"""The tables of unit 05: a Transformer beside unit 02's translators, and what each of its parts is for."""

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from data import number_words
from data.attention_translators import Parts, built, few_digits, greedy, loss_of
from data.parallel import Corpus
from data.recurrent_translators import Attentive, Plain, forced_loss, fresh
from data.threads import one_thread
from data.translation import LossOf, Recipe, exact_match, train

SOURCES = tuple(
    Path(__file__).parent / f"{name}.py"
    for name in (
        *("parallel", "number_words", "translation", "encodings", "recurrent_translators", "attention_translators"),
        "unit05",
    )
)
SEEDS = (0, 1, 2)
LONGEST = 40  # tokens of a translation
FULL = Recipe(steps=800, learning_rate=3e-3)
SMALL = Recipe(steps=400, batch_size=32, learning_rate=3e-3)
SHORT = replace(SMALL, steps=150, warmup=50)
DEEPER = replace(SMALL, steps=200, warmup=50)
FAST = replace(DEEPER, learning_rate=6e-3)
COLD = replace(FAST, warmup=1)
MOST_DIGITS = 5  # of the numbers in the small experiment
ONE = Parts(layers=1)  # the small experiment's model
WITHOUT = {
    "nothing": ONE,
    "positions": replace(ONE, positions=False),
    "residual connections": replace(ONE, residual=False),
    "norms": replace(ONE, norm=False),
    "feed-forward": replace(ONE, feed_forward=False),
    "encoder's self-attention": replace(ONE, encoder_attention=False),
    "decoder's self-attention": replace(ONE, decoder_attention=False),
    "cross-attention": replace(ONE, cross_attention=False),
    "causal mask": replace(ONE, causal=False),
    "factor √D": replace(ONE, scaled_embedding=False),
    "small start of the embeddings": replace(ONE, small_start=False),
    "all heads but one": replace(ONE, heads=1),
}
FOUR = Parts(layers=4)
DEEP = {
    "pre-norm": FOUR,
    "post-norm": replace(FOUR, pre_norm=False),
    "no norms": replace(FOUR, norm=False),
    "no residual connections": replace(FOUR, residual=False),
}
BOLD = {
    f"{order}, {start}": (DEEP[order], recipe)
    for start, recipe in (("warm-up", FAST), ("no warm-up", COLD))
    for order in ("pre-norm", "post-norm")
}

Say = Callable[[str], None]
Row = dict[str, Any]


def tables(say: Say) -> Row:
    """Measure everything that unit 05 quotes; about ten minutes on one thread."""
    numbers = number_words.corpus()
    few = few_digits(numbers, MOST_DIGITS)
    with one_thread():
        return {
            "recipe": asdict(FULL),
            "few_recipe": {**asdict(SMALL), "most_digits": MOST_DIGITS, "held_out": len(few.held_out)},
            "number_words": row(Parts(), numbers, FULL, SEEDS, say),
            "without": {name: row(parts, few, SMALL, SEEDS, say) for name, parts in WITHOUT.items()},
            "without_early": {name: row(parts, few, SHORT, SEEDS, say) for name, parts in WITHOUT.items()},
            "deep": {name: row(parts, few, DEEPER, SEEDS, say) for name, parts in DEEP.items()},
            "bold": {name: row(parts, few, recipe, SEEDS, say) for name, (parts, recipe) in BOLD.items()},
            "cpu_ms_per_step": step_times(numbers),
        }


def row(parts: Parts, corpus: Corpus, recipe: Recipe, seeds: Iterable[int], say: Say) -> Row:
    """Train one model a seed; exact match on the held-out pairs, all of them and by group, and the loss at the end."""
    models = [built(parts, corpus, seed) for seed in seeds]
    losses = [train(model, loss_of(model), corpus, seed, recipe) for model, seed in zip(models, seeds, strict=True)]
    matches = [exact_match(greedy(model, LONGEST), corpus, corpus.held_out) for model in models]
    final_loss = [round(sum(run[-20:]) / 20, 4) for run in losses]
    say(f"{parts}: {[match['all'] for match in matches]}, {final_loss}")
    return {
        "parameters": sum(parameter.numel() for parameter in models[0].parameters()),
        "steps": recipe.steps,
        "exact_match": [round(match["all"], 4) for match in matches],
        "by_group": {group: [round(match[group], 3) for match in matches] for group in matches[0] if group != "all"},
        "final_loss": final_loss,
    }


def step_times(corpus: Corpus, steps: int = 40) -> dict[str, float]:
    """CPU milliseconds of a training step of each translator, the same batches for all; their order is unit 02's."""
    plain, attentive = fresh(Plain, corpus, 0), fresh(Attentive, corpus, 0)
    transformer = built(Parts(), corpus, 0)
    return {
        "no attention": step_time(plain, forced_loss(plain), corpus, steps),
        "additive": step_time(attentive, forced_loss(attentive), corpus, steps),
        "Transformer": step_time(transformer, loss_of(transformer), corpus, steps),
    }


def step_time(model: Any, loss: LossOf, corpus: Corpus, steps: int) -> float:
    """Return milliseconds of processor time of one training step, a mean over ``steps``."""
    train(model, loss, corpus, 0, Recipe(steps=2))
    before = time.process_time()
    train(model, loss, corpus, 0, Recipe(steps=steps))
    return round(1000 * (time.process_time() - before) / steps, 1)
