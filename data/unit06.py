"""The tables of unit 06: what smoothing changes, and what beams of several widths find, on numbers and on real text."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from data import number_words, ui_strings, ui_translator
from data.attention_translators import few_digits
from data.beams import Hypothesis, chosen, log_probability, pools
from data.dropout_transformers import Translator, built
from data.exact_search import likeliest
from data.parallel import Corpus, Tokens
from data.pieces import joined
from data.schedules import Plan, judged, train
from data.threads import one_thread

SOURCES = tuple(
    Path(__file__).parent / f"{name}.py"
    for name in (
        *("parallel", "pieces", "ui_strings", "encodings", "attention_translators", "number_words"),
        *("dropout_transformers", "schedules", "beams", "exact_search", "unit06"),
    )
)
SEEDS = (0, 1, 2)
STRINGS = Plan(steps=900, peak=3e-3, warmup=120, batch_size=64)
DROPOUT = 0.2
LONGEST = 30  # tokens of a translation
WIDTHS = (1, 4, 16)
PENALTIES = (0.0, 0.6, 1.0)
UNSMOOTHED = replace(STRINGS, smoothing=0.0)
MOST_DIGITS = 5
EARLY = Plan(steps=80, peak=3e-3, warmup=40)
TRAINED = replace(EARLY, steps=200)
NUMBERS = {"early": EARLY, "trained": TRAINED, "trained, no smoothing": replace(TRAINED, smoothing=0.0)}
NARROW = (1, 2, 4)
SHOWN = 12  # held-out strings of which the table keeps the translations

Say = Callable[[str], None]
Row = dict[str, Any]


def tables(say: Say) -> Row:
    """Measure everything that unit 06 quotes; about ten minutes on one thread."""
    strings, numbers = ui_strings.corpus(), few_digits(number_words.corpus(), MOST_DIGITS)
    with one_thread():
        return {
            "strings_plan": {
                **asdict(STRINGS),
                "dropout": DROPOUT,
                "pairs": len(strings.train),
                "asked": len(strings.held_out) // 2,
            },
            "strings": strings_row(strings, say),
            **more_tables(strings, numbers, say),
        }


def more_tables(strings: Corpus, numbers: Corpus, say: Say) -> Row:
    """The same strings without smoothing, and number words early and late in training."""
    return {
        "strings_unsmoothed": unsmoothed_row(strings, say),
        "numbers_asked": len(numbers.held_out) // 2,
        "numbers": {name: numbers_row(numbers, plan, say) for name, plan in NUMBERS.items()},
    }


def judge(row: Row, model: Translator, corpus: Corpus) -> None:
    """Append what the held-out tokens say about a model."""
    for name, value in asdict(judged(model, corpus, corpus.held_out)).items():
        row[name].append(round(value, 4))


def strings_row(corpus: Corpus, say: Say) -> Row:
    """BLEU of real text by width and penalty, the tokens judged, and some translations of the first seed."""
    row: Row = {"final_loss": [], "right": [], "sure": [], "nats": [], "beams": {}}
    asked = replace(corpus, held_out=corpus.held_out[::2])
    references = [joined(pair.target) for pair in asked.held_out]
    for seed in SEEDS:
        model = built(corpus, seed, dropout=DROPOUT)
        losses = train(model, corpus, STRINGS, seed)
        row["parameters"] = sum(parameter.numel() for parameter in model.parameters())
        row["final_loss"].append(round(sum(losses[-20:]) / 20, 4))
        judge(row, model, corpus)
        if seed == SEEDS[0]:
            ui_translator.save(model)
        for width in WIDTHS:
            found = pools(model, asked, asked.held_out, width, LONGEST)
            beam_rows(row["beams"], found, model, asked, references, width)
            say(f"strings, seed {seed}, beam {width}: {row['beams'][f'{width}, 0.0']}")
            if seed == SEEDS[0]:
                row.setdefault("said", {})[str(width)] = shown(found, asked)
    return row


def unsmoothed_row(corpus: Corpus, say: Say) -> Row:
    """BLEU and length of what greedy decoding says without smoothing in training, and the tokens judged."""
    row: Row = {"right": [], "sure": [], "nats": [], "bleu": [], "length": []}
    asked = corpus.held_out[::2]
    references = [joined(pair.target) for pair in asked]
    for seed in SEEDS:
        model = built(corpus, seed, dropout=DROPOUT)
        train(model, corpus, UNSMOOTHED, seed)
        judge(row, model, corpus)
        words = [joined(chosen(pool, corpus, 0.0)) for pool in pools(model, corpus, asked, 1, LONGEST)]
        row["bleu"].append(round(corpus_bleu(words, references), 3))
        row["length"].append(round(sum(map(len, words)) / sum(map(len, references)), 3))
        say(f"strings, no smoothing, seed {seed}: {row['bleu'][-1]}")
    return row


def numbers_row(corpus: Corpus, plan: Plan, say: Say) -> Row:
    """Number words: the tokens judged, and what beams find beside the likeliest translation of all."""
    row: Row = {"steps": plan.steps, "right": [], "sure": [], "nats": [], "search": {}}
    asked = replace(corpus, held_out=corpus.held_out[::2])
    for seed in SEEDS:
        model = built(corpus, seed, dropout=0.0)
        train(model, corpus, plan, seed)
        judge(row, model, corpus)
        found = {str(width): bests(model, asked, width) for width in NARROW}
        sources = [torch.tensor(corpus.source.encode(pair.source)) for pair in asked.held_out]
        known = [one.total for one in found[str(NARROW[-1])]]
        found["exact"] = [
            likeliest(model, source, LONGEST, total) for source, total in zip(sources, known, strict=True)
        ]
        for name, said in found.items():
            search_row(row["search"].setdefault(name, {}), said, found["exact"], asked)
        say(f"numbers, {plan}, seed {seed}: {row['search']}")
    return row


def bests(model: Translator, corpus: Corpus, width: int) -> list[Hypothesis]:
    """Return the likeliest of what a beam has found for each held-out source."""
    found = pools(model, corpus, corpus.held_out, width, LONGEST)
    return [max(pool, key=lambda one: one.total) for pool in found]


def search_row(row: Row, said: Sequence[Hypothesis], likeliest_of_all: Sequence[Hypothesis], corpus: Corpus) -> None:
    """Append the share translated without a mistake, the mean log-probability, and the share of search errors.

    A search error: there is a likelier translation than the one that was found.
    """
    pairs = list(zip(said, likeliest_of_all, corpus.held_out, strict=True))
    measured = {
        "right": sum(corpus.target.decode(one.words) == pair.target for one, _, pair in pairs) / len(pairs),
        "log_probability": sum(one.total for one in said) / len(said),
        "search_errors": sum(best.total > one.total + 1e-3 for one, best, _ in pairs) / len(pairs),
    }
    for name, value in measured.items():
        row.setdefault(name, []).append(round(value, 4))


def beam_rows(
    rows: Row,
    found: Sequence[list[Hypothesis]],
    model: Translator,
    corpus: Corpus,
    references: list[list[str]],
    width: int,
) -> None:
    """Append what a beam of one width has found: BLEU, length and log-probability, for each penalty."""
    for penalty in PENALTIES:
        said = [chosen(pool, corpus, penalty) for pool in found]
        words = [joined(tokens) for tokens in said]
        row = rows.setdefault(f"{width}, {penalty}", {})
        best = [max(pool, key=lambda one: one.score(penalty)).total for pool in found]
        measured = {
            "bleu": corpus_bleu(words, references),
            "length": sum(map(len, words)) / sum(map(len, references)),
            "log_probability": sum(best) / len(best),
        }
        if penalty == 0.0:
            measured["reference_likelier"] = likelier(best, model, corpus, [pair.target for pair in corpus.held_out])
            measured["empty_likelier"] = likelier(best, model, corpus, [()] * len(best))
        for name, value in measured.items():
            row.setdefault(name, []).append(round(value, 3))


def likelier(found: Sequence[float], model: Translator, corpus: Corpus, others: Sequence[Tokens]) -> float:
    """Share of the held-out sources for which another translation is more probable than the one that was found."""
    pairs = zip(corpus.held_out, others, found, strict=True)
    return sum(log_probability(model, corpus, pair, other) > total for pair, other, total in pairs) / len(found)


def shown(found: Sequence[list[Hypothesis]], corpus: Corpus) -> list[list[str]]:
    """Some sources with their references and what was found."""
    step = len(corpus.held_out) // SHOWN
    return [
        [text(pair.source), text(pair.target), text(chosen(pool, corpus, 0.0))]
        for pair, pool in list(zip(corpus.held_out, found, strict=True))[::step]
    ]


def text(tokens: Tokens) -> str:
    """Return pieces as words with spaces."""
    return " ".join(joined(tokens))


def corpus_bleu(hypotheses: Sequence[Sequence[str]], references: Sequence[Sequence[str]]) -> float:
    """Return sacrebleu's score of words that are cut already."""
    sacrebleu: Any = importlib.import_module("sacrebleu")
    said, wanted = ([" ".join(words) for words in side] for side in (hypotheses, references))
    score: float = sacrebleu.corpus_bleu(said, [wanted], tokenize="none", smooth_method="none", force=True).score
    return score
