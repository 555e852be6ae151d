"""Small teachers and students that say what every name in a function is, and how both are trained.

A tagger is called with ids, segments and mask, ``(B, T)`` each, and returns a dict of ``logits (B, T, C)`` and
``hidden (B, T, D)``: what DistilBERT's loss takes. The notebook makes one of the reader's own BERT, the tables are
measured with one of PyTorch's layers.
"""

import copy
import itertools
from collections.abc import Callable, Iterator
from typing import Any, Final

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from data.pretraining import CHECKPOINT, CodeBert, Sizes, fresh
from data.roles import ROLES, UNSCORED, Tagged
from data.threads import one_thread

BATCH: Final = 16
WITH_LABELS: Final = 4  # of a batch, where there are functions with and without
WARMUP: Final = 0.1
DECAY: Final = 0.01
EVALUATED_AT_ONCE: Final = 100
QKV: Final = ("q_proj", "k_proj", "v_proj")

Outputs = dict[str, Tensor]
Loss = Callable[[Outputs, Outputs, Tensor, Tensor], Tensor]
"""From the student's outputs, the teacher's, labels and mask to a loss."""


class Tagger(nn.Module):
    """Unit 08's small BERT, made of PyTorch's layers, with a linear head at every piece."""

    def __init__(self, bert: CodeBert) -> None:
        super().__init__()
        self.bert = bert
        self.head = nn.Linear(bert.sizes.hidden_size, len(ROLES))

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> Outputs:
        """Return logits ``(B, T, C)`` and hidden ``(B, T, D)``."""
        hidden, _ = self.bert(ids, segments, mask)
        return {"logits": self.head(hidden), "hidden": hidden}


def pretrained() -> CodeBert:
    """Return the model that unit 08 pretrained, with the weights that ship."""
    model = CodeBert()
    stored = load_file(CHECKPOINT)
    model.load_state_dict(_pytorchs(stored, model.sizes.num_layers), strict=False)
    return model


def _pytorchs(stored: dict[str, Tensor], num_layers: int) -> dict[str, Tensor]:
    """Return the encoder's weights by the names of PyTorch's layers."""
    found = {}
    for name, tensor in stored.items():
        if name.startswith(("bert.embeddings.", "bert.pooler.")):
            found[name.removeprefix("bert.").removeprefix("embeddings.")] = tensor
    for number in range(num_layers):
        own, layer = f"bert.encoder.layers.{number}.", f"layers.{number}."
        for part in ("weight", "bias"):
            projections = [stored[f"{own}self_attention.{projection}.{part}"] for projection in QKV]
            found[f"{layer}self_attn.in_proj_{part}"] = torch.cat(projections)
            found[f"{layer}self_attn.out_proj.{part}"] = stored[f"{own}self_attention.out_proj.{part}"]
            for name in ("linear1", "linear2"):
                found[f"{layer}{name}.{part}"] = stored[f"{own}feed_forward.{name}.{part}"]
            for name in ("norm1", "norm2"):
                found[f"{layer}{name}.{part}"] = stored[f"{own}{name}.{part}"]
    return found


def student_of(teacher: Tagger, count: int) -> Tagger:
    """Return a student with ``count`` of the teacher's layers, evenly spread, and all that is around them."""
    student = copy.deepcopy(teacher)
    layers = student.bert.layers
    student.bert.layers = nn.ModuleList(list(layers)[:: len(layers) // count])
    return student


def untrained(seed: int, count: int) -> Tagger:
    """Return a tagger of ``count`` layers that nobody has trained."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Tagger(fresh(seed, Sizes(num_layers=count)))


def hard_loss(student: Outputs, teacher: Outputs, labels: Tensor, mask: Tensor) -> Tensor:
    """Return the cross-entropy with the labels, 0 where there are none."""
    summed = F.cross_entropy(student["logits"].mT, labels, ignore_index=UNSCORED, reduction="sum")
    return summed / (labels != UNSCORED).sum().clamp(min=1)


def distilled(soft: float = 1.0, hard: float = 1.0, cosine: float = 0.0, temperature: float = 2.0) -> Loss:
    """Return DistilBERT's loss with these factors (Sanh et al. 2019, section 3)."""

    def loss(student: Outputs, teacher: Outputs, labels: Tensor, mask: Tensor) -> Tensor:
        ours, theirs = ((side["logits"][mask] / temperature).log_softmax(-1) for side in (student, teacher))
        divergence = temperature**2 * F.kl_div(ours, theirs, reduction="batchmean", log_target=True)
        angle = F.cosine_similarity(student["hidden"][mask], teacher["hidden"][mask], dim=-1)
        return soft * divergence + hard * hard_loss(student, teacher, labels, mask) + cosine * (1 - angle).mean()

    return loss


@one_thread()
def train(
    model: Any, data: Tagged, loss_of: Loss, seed: int, steps: int, teacher: Any = None, rate: float = 1e-3
) -> list[float]:
    """Train a tagger in place with AdamW, warm-up and linear decay; return the loss of every step.

    ``teacher`` is called without gradients, in evaluation mode; without one, the loss gets an empty dict in its place.
    """
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: factor(step, steps))
    model.train()
    losses = []
    for rows in itertools.islice(batches(data, generator), steps):
        batch = data[rows]
        inputs = (batch.ids, batch.segments, batch.mask)
        loss = loss_of(model(*inputs), said(teacher, inputs), batch.labels, batch.mask)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    model.eval()
    return losses


def batches(data: Tagged, generator: torch.Generator) -> Iterator[Tensor]:
    """Yield the rows of batches without end; a batch holds labels, and where some functions have none, those too."""
    known = (data.labels != UNSCORED).any(dim=1)
    if bool(known.all()):
        yield from shuffled(torch.arange(len(data)), BATCH, generator)
    parts = zip(
        shuffled(known.nonzero().flatten(), WITH_LABELS, generator),
        shuffled((~known).nonzero().flatten(), BATCH - WITH_LABELS, generator),
        strict=False,
    )
    yield from (torch.cat(pair) for pair in parts)


def shuffled(rows: Tensor, count: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Yield ``count`` rows at a time without end, all of them before any comes again."""
    order = torch.empty(0, dtype=torch.int64)
    while True:
        while len(order) < count:
            order = torch.cat([order, rows[torch.randperm(len(rows), generator=generator)]])
        yield order[:count]
        order = order[count:]


@torch.no_grad()
def said(teacher: Any, inputs: tuple[Tensor, Tensor, Tensor]) -> Outputs:
    """Return what the teacher says, nothing if there is none."""
    return {} if teacher is None else dict(teacher.eval()(*inputs))


def factor(step: int, steps: int) -> float:
    """Up in a straight line, then down in one."""
    warmup = max(1, round(WARMUP * steps))
    return min((step + 1) / warmup, (steps - step) / (steps - warmup + 1))


def unlabelled(data: Tagged, labelled: Tensor) -> Tagged:
    """Return the same functions with the labels of these rows alone."""
    kept = torch.zeros(len(data), dtype=torch.bool).index_fill(0, labelled, True)
    return Tagged(data.ids, data.segments, data.mask, data.labels.masked_fill(~kept[:, None], UNSCORED))


@torch.no_grad()
@one_thread()
def accuracy(model: Any, data: Tagged) -> float:
    """Return the share of names whose role is right."""
    model.eval()
    right = asked = 0
    for rows in torch.split(torch.arange(len(data)), EVALUATED_AT_ONCE):
        batch = data[rows]
        guess = model(batch.ids, batch.segments, batch.mask)["logits"].argmax(-1)
        scored = batch.labels != UNSCORED
        right += int((guess == batch.labels)[scored].sum())
        asked += int(scored.sum())
    return right / asked
