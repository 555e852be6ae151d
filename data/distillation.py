"""Distilling a fine-tuned MiniLM of six layers into students of three, on the docstrings of which few are labelled.

Only the word pieces that occur keep their vectors while training: what never occurs gets no gradient anyway.
"""

import copy
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.docstrings import Topics
from data.minilm import Encoded, MiniLM
from data.transfer import LONGEST, Classifier, targets

LABELLED = 300
BATCH = 16
TEACHER_STEPS = 100
STEPS = 80
RATE = 3e-4
WARMUP = 0.1
DECAY = 0.01
EVALUATED_AT_ONCE = 50


@dataclass(frozen=True)
class Recipe:
    """What a student gets: layers (``every other``, ``first`` or ``none``), soft targets, sentences without labels.

    ``temperature`` softens the targets; ``cosine`` weighs the loss that turns its hidden vectors the teacher's way.
    """

    layers: str = "every other"
    soft: bool = True
    unlabelled: bool = True
    temperature: float = 2.0
    cosine: float = 0.0


@dataclass(frozen=True)
class Task:
    """The pool's sentences and labels, which of them count as labelled, and what is held out."""

    pool: Encoded
    labels: Tensor
    labelled: Tensor
    held_out: Encoded
    answers: Tensor


@dataclass(frozen=True)
class Lesson:
    """What the teacher says: logits ``(N, C)`` and hidden ``(N, T, D)`` of the pool, logits of what is held out."""

    logits: Tensor
    hidden: Tensor
    held_out: Tensor


@dataclass(frozen=True)
class Outcome:
    """Shares of held-out sentences: answered rightly, and answered as the teacher does."""

    accuracy: float
    agreement: float


def task(minilm: MiniLM, topics: Topics, seed: int) -> tuple[Task, Tensor]:
    """Return the task with ids that count only the pieces that occur, and these pieces' ids in the real vocabulary."""
    pool = minilm.encode([one.text for one in topics.pool], LONGEST)
    held_out = minilm.encode([one.text for one in topics.held_out], LONGEST)
    pieces = torch.unique(torch.cat([pool.ids.flatten(), held_out.ids.flatten()]))
    generator = torch.Generator().manual_seed(seed)
    labelled = torch.randperm(len(topics.pool), generator=generator)[:LABELLED]
    made = Task(
        counted(pool, pieces), targets(topics.pool), labelled, counted(held_out, pieces), targets(topics.held_out)
    )
    return made, pieces


def counted(batch: Encoded, pieces: Tensor) -> Encoded:
    """Return a batch whose ids are places in the sorted list of pieces."""
    return Encoded(torch.searchsorted(pieces, batch.ids), batch.segments, batch.mask)


def teacher_of(minilm: MiniLM, pieces: Tensor, pretrained: bool = True) -> Classifier:
    """Return a classifier on MiniLM, pretrained or not, whose vocabulary is these pieces."""
    model = Classifier(minilm, pretrained)
    table = model.bert.embeddings.word_embeddings.weight[pieces].detach().clone()
    model.bert.embeddings.word_embeddings = nn.Embedding(len(table), table.size(1), _weight=table)
    return model


def student_of(teacher: Classifier, fresh: Classifier, layers: str, count: int) -> Classifier:
    """Return a student with ``count`` of the teacher's layers, or as many of the fresh model's for ``none``."""
    student = copy.deepcopy(fresh if layers == "none" else teacher)
    all_layers = student.bert.encoder.layer
    step = len(all_layers) // count if layers == "every other" else 1
    student.bert.encoder.layer = nn.ModuleList([all_layers[i * step] for i in range(count)])
    student.bert.config.num_hidden_layers = count
    return student


def both(model: Classifier, batch: Encoded) -> tuple[Tensor, Tensor]:
    """Return logits ``(B, C)`` and the last hidden vectors ``(B, T, D)``."""
    found: Any = model.bert(input_ids=batch.ids, token_type_ids=batch.segments, attention_mask=batch.mask.long())
    return model.head(found.pooler_output), found.last_hidden_state


@torch.no_grad()
def taught(teacher: Classifier, of: Task) -> Lesson:
    """Return all that the teacher says, once for all students."""
    teacher.eval()
    width = of.pool.ids.shape[1]
    logits, hidden = [], []
    for rows in torch.split(torch.arange(len(of.labels)), EVALUATED_AT_ONCE):
        z, h = both(teacher, of.pool[rows])
        logits.append(z)
        hidden.append(F.pad(h, (0, 0, 0, width - h.shape[1])))
    return Lesson(torch.cat(logits), torch.cat(hidden), answered(teacher, of.held_out))


@torch.no_grad()
def answered(model: Classifier, batch: Encoded) -> Tensor:
    """Return logits ``(N, C)``."""
    model.eval()
    return torch.cat([model(batch[rows]) for rows in torch.split(torch.arange(len(batch.ids)), EVALUATED_AT_ONCE)])


def fine_tune(model: Classifier, of: Task, seed: int, steps: int = TEACHER_STEPS) -> None:
    """Train on the labelled sentences alone."""
    nobody = Lesson(torch.empty(0), torch.empty(0), torch.empty(0))
    train(model, of, nobody, Recipe(soft=False, unlabelled=False), seed, steps)


def train(model: Classifier, of: Task, lesson: Lesson, recipe: Recipe, seed: int, steps: int = STEPS) -> None:
    """Train with AdamW, warm-up and linear decay, by a recipe; labels count wherever there are some."""
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    known = torch.zeros(len(of.labels), dtype=torch.bool).index_fill(0, of.labelled, True)
    sentences = torch.arange(len(of.labels)) if recipe.unlabelled else of.labelled
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: factor(step, steps))
    model.train()
    order = torch.empty(0, dtype=torch.int64)
    for _ in range(steps):
        if len(order) < BATCH:
            order = sentences[torch.randperm(len(sentences), generator=generator)]
        rows, order = order[:BATCH], order[BATCH:]
        loss = loss_of(model, of, lesson, recipe, rows, known[rows])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()


def factor(step: int, steps: int) -> float:
    """Up in a straight line, then down in one."""
    warmup = max(1, round(WARMUP * steps))
    return min((step + 1) / warmup, (steps - step) / (steps - warmup + 1))


def loss_of(model: Classifier, of: Task, lesson: Lesson, recipe: Recipe, rows: Tensor, known: Tensor) -> Tensor:
    """Return the sum of what the recipe asks for: labels where known, the teacher's answers, its directions."""
    batch = of.pool[rows]
    logits, hidden = both(model, batch)
    loss = F.cross_entropy(logits[known], of.labels[rows][known]) if bool(known.any()) else logits.sum() * 0
    if recipe.soft:
        loss = loss + divergence(logits, lesson.logits[rows], recipe.temperature)
    if recipe.cosine:
        theirs = lesson.hidden[rows][:, : hidden.shape[1]]
        cosine = F.cosine_similarity(hidden[batch.mask], theirs[batch.mask], dim=-1)
        loss = loss + recipe.cosine * (1 - cosine).mean()
    return loss


def divergence(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Return T²·KL(teacher ‖ student) of ``(N, C)`` logits, mean over N."""
    ours, theirs = ((z / temperature).log_softmax(-1) for z in (student, teacher))
    return temperature**2 * F.kl_div(ours, theirs, reduction="batchmean", log_target=True)


def judged(model: Classifier, of: Task, lesson: Lesson) -> Outcome:
    """Return how often a model is right on held-out sentences, and how often it says what the teacher says."""
    found = answered(model, of.held_out).argmax(1)
    shares = [float((found == right).float().mean()) for right in (of.answers, lesson.held_out.argmax(1))]
    return Outcome(*shares)
