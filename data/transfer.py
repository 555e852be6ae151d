"""Fine-tuning of MiniLM on few labelled docstrings: which parts train, at which rate, for how long, from where."""

import importlib
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.docstrings import PACKAGES, Sentence, Topics
from data.minilm import Encoded, MiniLM

LONGEST = 20  # tokens
BATCH = 15
WARMUP = 0.1
DECAY = 0.01
EVALUATED_AT_ONCE = 50


@dataclass(frozen=True)
class Way:
    """How a classifier is trained: what trains, the peak of its rate, epochs, and whether it starts pretrained."""

    trains: str
    rate: float
    epochs: int
    pretrained: bool = True


class Classifier(nn.Module):
    """Hugging Face's BERT with the linear head of the course on its pooled vector."""

    def __init__(self, minilm: MiniLM, pretrained: bool) -> None:
        super().__init__()
        transformers: Any = importlib.import_module("transformers")
        config = transformers.BertConfig.from_pretrained(minilm.folder)
        model: Any = transformers.BertModel
        self.bert = model.from_pretrained(minilm.folder) if pretrained else model(config)
        self.head = nn.Linear(config.hidden_size, len(PACKAGES))

    def forward(self, batch: Encoded) -> Tensor:
        """Logits (B, labels)."""
        found = self.bert(input_ids=batch.ids, token_type_ids=batch.segments, attention_mask=batch.mask.long())
        logits: Tensor = self.head(found.pooler_output)
        return logits

    def freeze(self, trains: str) -> None:
        """Let only the head train, or the head, the pooler and the last two layers, or all."""
        self.requires_grad_(trains == "all")
        parts = [self.head] if trains == "head" else [self.head, self.bert.pooler, *self.bert.encoder.layer[-2:]]
        for part in parts:
            part.requires_grad_(True)


@dataclass(frozen=True)
class Outcome:
    """Accuracy on the examples and on held-out sentences, and the mean loss of the last epoch."""

    trained: float
    held_out: float
    loss: float


def fine_tune(way: Way, minilm: MiniLM, topics: Topics, labels: int, seed: int) -> Outcome:
    """Train a classifier on ``labels`` examples and measure it."""
    torch.manual_seed(seed)
    examples = topics.sample(labels, seed)
    model = Classifier(minilm, way.pretrained)
    model.freeze(way.trains)
    loss = train(model, minilm.encode([one.text for one in examples], LONGEST), targets(examples), way)
    held_out = minilm.encode([one.text for one in topics.held_out], LONGEST)
    return Outcome(
        accuracy(model, minilm.encode([one.text for one in examples], LONGEST), targets(examples)),
        accuracy(model, held_out, targets(topics.held_out)),
        loss,
    )


def train(model: Classifier, batch: Encoded, labels: Tensor, way: Way) -> float:
    """Train with AdamW, warm-up and linear decay; return the mean loss of the last epoch."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in trained if p.dim() > 1], "weight_decay": DECAY},
        {"params": [p for p in trained if p.dim() < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=way.rate)
    total = way.epochs * -(-len(labels) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: factor(step, int(WARMUP * total), total))
    losses: list[float] = []
    model.train()
    for _ in range(way.epochs):
        losses = []
        for rows in torch.split(torch.randperm(len(labels)), BATCH):
            loss = F.cross_entropy(model(batch[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
    return sum(losses) / len(losses)


def factor(step: int, warmup: int, total: int) -> float:
    """Up in a straight line, then down in one."""
    return step / warmup if step < warmup else (total - step) / (total - warmup)


@torch.no_grad()
def accuracy(model: Classifier, batch: Encoded, labels: Tensor) -> float:
    """The share of right answers."""
    model.eval()
    parts = torch.split(torch.arange(len(labels)), EVALUATED_AT_ONCE)
    found = torch.cat([model(batch[rows]).argmax(1) for rows in parts])
    return float((found == labels).float().mean())


def targets(sentences: tuple[Sentence, ...]) -> Tensor:
    """Labels (N,)."""
    return torch.tensor([one.label for one in sentences])


@torch.no_grad()
def features(minilm: MiniLM, sentences: tuple[Sentence, ...], how: str) -> Tensor:
    """Vectors (N, D) of the frozen model: the mean over tokens, the last layer's [CLS], or the pooled one."""
    model = Classifier(minilm, pretrained=True).eval().bert
    batch = minilm.encode([one.text for one in sentences], LONGEST)
    vectors = []
    for rows in torch.split(torch.arange(len(sentences)), EVALUATED_AT_ONCE):
        part = batch[rows]
        found = model(input_ids=part.ids, attention_mask=part.mask.long())
        real = part.mask[..., None].float()
        mean = (found.last_hidden_state * real).sum(1) / real.sum(1)
        vectors.append({"mean": mean, "cls": found.last_hidden_state[:, 0], "pooled": found.pooler_output}[how])
    return torch.cat(vectors)
