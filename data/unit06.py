"""The table of unit 06: what beams of several widths find on real text."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from data import ui_strings, ui_translator
from data.beams import Hypothesis, chosen, log_probability, pools
from data.dropout_transformers import Translator, built
from data.parallel import Corpus, Tokens
from data.pieces import joined
from data.schedules import Plan, judged, train
from data.threads import one_thread

SOURCES = tuple(
    Path(__file__).parent / f"{name}.py"
    for name in (
        *("parallel", "pieces", "ui_strings", "encodings", "attention_translators"),
        *("dropout_transformers", "schedules", "beams", "unit06"),
    )
)
SEEDS = (0, 1, 2)
STRINGS = Plan(steps=900, peak=3e-3, warmup=120, batch_size=64)
DROPOUT = 0.2
LONGEST = 30  # tokens of a translation
WIDTHS = (1, 4, 16)
PENALTIES = (0.0, 0.6, 1.0)
SHOWN = 12  # held-out strings of which the table keeps the translations

Say = Callable[[str], None]
Row = dict[str, Any]


def tables(say: Say) -> Row:
    """Measure everything that unit 06 quotes; about ten minutes on one thread."""
    strings = ui_strings.corpus()
    with one_thread():
        return {
            "strings_plan": {
                **asdict(STRINGS),
                "dropout": DROPOUT,
                "pairs": len(strings.train),
                "asked": len(strings.held_out) // 2,
            },
            "strings": strings_row(strings, say),
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
