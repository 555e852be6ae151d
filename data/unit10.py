"""The tables of unit 10: what each ingredient brings to a student of half the layers, and what it costs to run."""

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any, Final

import torch
from torch import Tensor, nn

from data import distillation, docstrings, minilm, roles, taggers
from data.distillation import Recipe
from data.pretraining import CodeBert
from data.threads import one_thread
from data.transfer import Classifier

SOURCES = tuple(
    Path(__file__).parent / f"{name}.py" for name in ("distillation", "docstrings", "roles", "taggers", "unit10")
)
SEEDS = (0, 1, 2)
LAYERS: Final = 3
RECIPES: Final = {
    "labels, from scratch": Recipe("none", soft=False, unlabelled=False),
    "labels, initialised": Recipe(soft=False, unlabelled=False),
    "soft targets, initialised": Recipe(unlabelled=False),
    "unlabelled, initialised": Recipe(),
    "unlabelled, from scratch": Recipe("none"),
    "unlabelled, initialised, cosine": Recipe(cosine=1.0),
}
LABELLED: Final = 60
STEPS: Final = 150
TEMPERATURES: Final = (1.0, 2.0, 8.0)
CALLS: Final = 30
SENTENCE: Final = 16  # pieces
BATCHES: Final = (1, 32)

Say = Callable[[str], None]
Row = dict[str, Any]


def tables(say: Say) -> Row:
    """Measure everything that unit 10 quotes; about a quarter of an hour on one thread that has nothing else to do."""
    with one_thread():
        return {"small": small(say), "costs": costs(say), "minilm": ingredients(say)}


def small(say: Say) -> Row:
    """Return the accuracies of unit 08's model as a tagger and of its students of one layer, a list over seeds each."""
    pool, test = roles.load()
    found: dict[str, list[float]] = {}
    for seed in SEEDS:
        labelled = torch.randperm(len(pool), generator=torch.Generator().manual_seed(seed))[:LABELLED]
        for name, model in taught(pool, labelled, seed):
            found.setdefault(name, []).append(round(taggers.accuracy(model, test), 4))
            say(f"seed {seed}, {name}: {found[name][-1]}")
    sizes = {"labelled": LABELLED, "pool": len(pool), "test": len(test), "steps": STEPS, "seeds": list(SEEDS)}
    return {**sizes, "accuracy": found, "kept": kept(found)}


def kept(accuracy: dict[str, list[float]]) -> dict[str, list[float]]:
    """Return what every model keeps of its teacher's accuracy, seed by seed."""
    return {
        name: [round(own / best, 4) for own, best in zip(values, accuracy["teacher"], strict=True)]
        for name, values in accuracy.items()
    }


def taught(pool: roles.Tagged, labelled: Tensor, seed: int) -> Any:
    """Yield (name, model): the teacher, then a student for every mixture of ingredients."""
    few, many = pool[labelled], taggers.unlabelled(pool, labelled)
    torch.manual_seed(seed)
    teacher = taggers.Tagger(taggers.pretrained())
    taggers.train(teacher, few, taggers.hard_loss, seed, STEPS)
    yield "teacher", teacher
    yield "initialised, not trained", taggers.student_of(teacher, 1)

    def student(initialised: bool, data: roles.Tagged, loss: taggers.Loss) -> taggers.Tagger:
        made = taggers.student_of(teacher, 1) if initialised else taggers.untrained(seed, 1)
        taggers.train(made, data, loss, seed, STEPS, teacher)
        return made

    hard, soft, cosine = taggers.hard_loss, taggers.distilled(), taggers.distilled(cosine=1.0)
    for start, initialised in (("from scratch", False), ("initialised", True)):
        yield f"labels, {start}", student(initialised, few, hard)
        yield f"soft targets, {start}", student(initialised, few, soft)
        yield f"unlabelled, {start}", student(initialised, many, soft)
        yield f"unlabelled, {start}, cosine", student(initialised, many, cosine)
        yield f"all labels, {start}", student(initialised, pool, hard)
    yield "all labels and soft targets, initialised", student(True, pool, soft)
    for temperature in TEMPERATURES:
        loss = taggers.distilled(hard=0.0, temperature=temperature)
        yield f"soft targets alone, temperature {temperature:g}", student(False, many, loss)


def costs(say: Say) -> Row:
    """Return size and latency of MiniLM and of unit 08's model, whole and with half the layers."""
    model = minilm.find()
    whole = Classifier(model, pretrained=False)
    tagger = without_heads(taggers.untrained(0, 2))
    half, small_half = distillation.student_of(whole, whole, "every other", LAYERS), taggers.student_of(tagger, 1)
    found = {
        "minilm": compared(cost(whole.bert, "encoder"), cost(half.bert, "encoder")),
        "small": compared(cost(tagger.bert, "layers"), cost(small_half.bert, "layers")),
    }
    say(f"costs: {found}")
    return found


def compared(whole: Row, half: Row) -> Row:
    """Return two models' costs, and how many times as fast the second one is, by batch size."""
    ratios = {size: round(ms / half["cpu_ms"][size], 2) for size, ms in whole["cpu_ms"].items()}
    return {"whole": whole, "half": half, "times_as_fast": ratios}


def without_heads(tagger: taggers.Tagger) -> taggers.Tagger:
    """Return the tagger without what its model needed for pretraining alone."""
    for name in ("transform", "transform_norm", "decoder_bias", "next_sentence"):
        delattr(tagger.bert, name)
    return tagger


def cost(bert: nn.Module, layers: str) -> Row:
    """Return parameters, those of the layers, megabytes, and milliseconds of processor time for batches of 1 and 32."""
    count = sum(p.numel() for p in bert.parameters())
    inside = sum(p.numel() for p in bert.get_submodule(layers).parameters())
    times = {str(size): milliseconds(bert.eval(), size) for size in BATCHES}
    return {"parameters": count, "in_layers": inside, "megabytes": round(4 * count / 1e6, 2), "cpu_ms": times}


@torch.no_grad()
def milliseconds(bert: nn.Module, size: int) -> float:
    """Return the median processor time of a call, which other work on the machine does not count in."""
    ids = torch.randint(5, 1000, (size, SENTENCE), generator=torch.Generator().manual_seed(0))
    inputs = (ids, torch.zeros_like(ids), torch.ones_like(ids, dtype=torch.bool))
    named = isinstance(bert, CodeBert)
    seconds = []
    for _ in range(CALLS + 1):
        start = time.process_time()
        if named:
            bert(*inputs)
        else:
            bert(input_ids=inputs[0], token_type_ids=inputs[1], attention_mask=inputs[2].long())
        seconds.append(time.process_time() - start)
    return round(1000 * median(seconds[1:]), 3)


def ingredients(say: Say) -> Row:
    """Return the outcomes of MiniLM and of a student by every recipe, a list over seeds each."""
    found: dict[str, list[Row]] = {name: [] for name in ("teacher", *RECIPES)}
    for seed in SEEDS:
        of, teacher, untaught = prepared(seed)
        lesson = distillation.taught(teacher, of)
        found["teacher"].append(asdict(distillation.judged(teacher, of, lesson)))
        say(f"seed {seed}, teacher: {found['teacher'][-1]}")
        for name, recipe in RECIPES.items():
            student = distillation.student_of(teacher, untaught, recipe.layers, LAYERS)
            distillation.train(student, of, lesson, recipe, seed)
            found[name].append(asdict(distillation.judged(student, of, lesson)))
            say(f"seed {seed}, {name}: {found[name][-1]}")
    rows = {name: {key: [round(one[key], 4) for one in runs] for key in runs[0]} for name, runs in found.items()}
    sizes = {"labelled": distillation.LABELLED, "pool": len(of.labels), "test": len(of.answers), "seeds": list(SEEDS)}
    steps = {"steps": distillation.STEPS, "teacher_steps": distillation.TEACHER_STEPS}
    accuracy = {name: row["accuracy"] for name, row in rows.items()}
    return {**sizes, **steps, "outcomes": rows, "kept": kept(accuracy)}


def prepared(seed: int) -> tuple[distillation.Task, Classifier, Classifier]:
    """Return the task, the teacher fine-tuned on its labelled sentences, and a model that nobody trained."""
    model = minilm.find()
    of, pieces = distillation.task(model, docstrings.load(), seed)
    torch.manual_seed(seed)
    teacher, untaught = (distillation.teacher_of(model, pieces, pretrained) for pretrained in (True, False))
    distillation.fine_tune(teacher, of, seed)
    return of, teacher, untaught
