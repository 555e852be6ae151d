"""The tables of unit 08: a small BERT pretrained on source code, with its tokenizer and held-out text."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from data import source_code, word_pieces
from data.pretraining import CHECKPOINT, STD, CodeBert, Progress, Recipe, Sizes, fresh, judged, save, train, unigram
from data.threads import one_thread
from data.word_pieces import Document

SOURCES = tuple(
    Path(__file__).parent / f"{name}.py" for name in ("source_code", "word_pieces", "pretraining", "unit08")
)
SEEDS = (0, 1, 2)
FULL = Recipe()
SHORT = Recipe(steps=300)  # what the notebook runs live
RATES = (0.05, 0.15, 0.4, 0.8)  # shares of tokens chosen, compared in short runs
RATE_STEPS = 600
RATE_SEEDS = (0, 1)
EVERY = 50  # steps averaged for a point of a curve

Say = Callable[[str], None]
Row = dict[str, Any]
Texts = tuple[list[Document], list[Document]]
"""Documents to train on, documents held out."""


def tables(say: Say) -> Row:
    """Make the files that ship, then measure everything that unit 08 quotes; about half an hour on one thread."""
    texts = ship_texts(say)
    with one_thread():
        return {**described(texts), "full": full(texts, say), "rates": rates(texts, say)}


def ship_texts(say: Say) -> Texts:
    """Train the tokenizer, write it and the held-out functions, and return all documents as ids."""
    functions = source_code.functions()
    kept = [function for function in functions if function.held_out]
    rest = [function for function in functions if not function.held_out]
    say(f"wrote {source_code.save(kept)}")
    word_pieces.train(function.source for function in rest).save(str(word_pieces.FILE))
    say(f"wrote {word_pieces.FILE}")
    return texts_of(rest, kept)


def texts_of(rest: Sequence[source_code.Function], kept: Sequence[source_code.Function]) -> Texts:
    """Return functions to train on and functions held out as ids, by the tokenizer that ships."""
    tokenizer = word_pieces.tokenizer()
    return word_pieces.encoded(rest, tokenizer), word_pieces.encoded(kept, tokenizer)


def described(texts: Texts) -> Row:
    """Return how large model and texts are, how it is trained, and what guessing by frequency gives."""
    documents, held_out = texts
    loss, accuracy = unigram(documents, held_out, Sizes().vocab_size)
    return {
        "sizes": asdict(Sizes()),
        "parameters": sum(parameter.numel() for parameter in CodeBert().parameters()),
        "initial_std": STD,
        "recipe": asdict(FULL),
        "short_recipe": asdict(SHORT),
        "documents": [len(documents), len(held_out)],
        "pairs": [sum(len(document) - 1 for document in part) for part in texts],
        "tokens": [sum(len(sentence) for document in part for sentence in document) for part in texts],
        "unigram": {"masked_loss": round(loss, 3), "masked_accuracy": round(accuracy, 3)},
    }


def full(texts: Texts, say: Say) -> Row:
    """Train the full run with every seed; the first seed's weights are those that ship."""
    found = [run(texts, FULL, seed, say, CHECKPOINT if seed == SEEDS[0] else None) for seed in SEEDS]
    return merged(found)


def rates(texts: Texts, say: Say) -> Row:
    """Return what is held out, always asked for at BERT's 15 %, of models trained with more and with less chosen."""
    found = {
        f"{rate}": merged([run(texts, replace(FULL, steps=RATE_STEPS, rate=rate), seed, say) for seed in RATE_SEEDS])
        for rate in RATES
    }
    for row in found.values():
        del row["curve"]
    return {"steps": RATE_STEPS, "seeds": list(RATE_SEEDS), "figures": found}


def run(texts: Texts, recipe: Recipe, seed: int, say: Say, file: Path | None = None) -> Row:
    """Train one model, save it if a file is named, and return held-out figures and curves.

    The held-out tokens are chosen as in BERT's paper, whatever the recipe's share.
    """
    documents, held_out = texts
    model = fresh(seed)
    curve = train(model, documents, recipe, seed)
    if file:
        say(f"wrote {save(model, file)}")
    found = judged(model, held_out)
    say(f"{recipe.steps} steps, rate {recipe.rate}, seed {seed}: {found}")
    return {**figures(found), "curve": [figures(mean(curve[i : i + EVERY])) for i in range(0, len(curve), EVERY)]}


def mean(points: Sequence[Progress]) -> Progress:
    """Return the mean of several steps' figures."""
    values = [asdict(point) for point in points]
    return Progress(**{name: sum(value[name] for value in values) / len(values) for name in values[0]})


def figures(point: Progress) -> Row:
    """Return figures by name, to three decimals."""
    return {name: round(value, 3) for name, value in asdict(point).items()}


def merged(runs: Sequence[Row]) -> Row:
    """Return name → the values of all seeds."""
    return {name: [one[name] for one in runs] for name in runs[0]}
