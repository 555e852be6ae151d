"""Training with label smoothing and the paper's learning rate, or with either left out."""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.attention_translators import EncoderDecoder
from data.parallel import PAD, Corpus, Encoded, Pair, batches
from data.recurrent_translators import framed
from data.threads import one_thread


@dataclass(frozen=True)
class Plan:
    """How a translator is trained: Adam, the rate's peak, the steps up to it (1: none), and the share smoothed away."""

    steps: int
    peak: float
    warmup: int
    smoothing: float = 0.1
    batch_size: int = 32
    clip: float = 1.0

    def rate(self, step: int) -> float:
        """Return the rate at a step, counted from 1: up in a line, then down with 1/√step (Vaswani et al. 2017)."""
        return float(self.peak * self.warmup**0.5 * min(step**-0.5, step * self.warmup**-1.5))


@dataclass(frozen=True)
class Judgement:
    """Of the tokens of held-out targets, the right ones before each given: share right, mean confidence, mean nats."""

    right: float
    sure: float
    nats: float


@one_thread()
def train(model: nn.Module, corpus: Corpus, plan: Plan, seed: int) -> tuple[float, ...]:
    """Train a model in place and return its smoothed loss at every step; ``seed`` decides order and dropout."""
    optimizer = torch.optim.Adam(model.parameters(), betas=(0.9, 0.98), eps=1e-9)
    drawn = batches(corpus.encoded, plan.batch_size, torch.Generator().manual_seed(seed))
    losses = []
    model.train()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for step in range(1, plan.steps + 1):
            optimizer.param_groups[0]["lr"] = plan.rate(step)
            loss = smoothed(model, next(drawn), plan.smoothing)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), plan.clip)
            optimizer.step()
            losses.append(loss.item())
    model.eval()
    return tuple(losses)


def smoothed(model: Any, batch: Encoded, smoothing: float) -> Tensor:
    """Return the loss of a batch by teacher forcing."""
    decoder_input, labels = framed(batch)
    logits = model.decode(decoder_input, *model.encode(batch.source))
    return F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=PAD, label_smoothing=smoothing)


@torch.no_grad()
@one_thread()
def judged(model: EncoderDecoder, corpus: Corpus, pairs: tuple[Pair, ...]) -> Judgement:
    """Look at every token that a model would predict, and at how sure it is of it."""
    batch = corpus.batch(pairs)
    decoder_input, labels = framed(batch)
    log_probs = model.decode(decoder_input, *model.encode(batch.source)).log_softmax(dim=-1)  # (B, T, V)
    real = labels != PAD
    best, found = log_probs.max(dim=-1)
    nats = -log_probs.gather(-1, labels[..., None]).squeeze(-1)[real]
    return Judgement(
        right=(found == labels)[real].float().mean().item(),
        sure=best.exp()[real].mean().item(),
        nats=nats.mean().item(),
    )
