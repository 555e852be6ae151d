"""Beam search over an encoder-decoder, and what it finds against how wide it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from data.attention_translators import EncoderDecoder
from data.parallel import BOS, EOS, Corpus, Pair, Tokens
from data.threads import one_thread


@dataclass(frozen=True)
class Hypothesis:
    """Token ids, EOS included where it has ended, and the sum of their log-probabilities."""

    ids: tuple[int, ...]
    total: float

    @property
    def words(self) -> tuple[int, ...]:
        """The ids without EOS."""
        return tuple(token for token in self.ids if token != EOS)

    def score(self, penalty: float) -> float:
        """Return the sum over the length to the power of ``penalty``."""
        return float(self.total / len(self.ids) ** penalty)


@torch.no_grad()
def searched(model: EncoderDecoder, source: Tensor, width: int, longest: int) -> list[Hypothesis]:
    """Return what a beam has found for one source ``(T_s,)``: whatever ended, and what was still running at the end.

    A hypothesis that ends keeps its place in the beam, so the search is over once ``width`` of them have.
    """
    memory, mask = model.encode(source[None])
    running, ended = [Hypothesis((), 0.0)], list[Hypothesis]()
    for _ in range(longest):
        said = torch.tensor([(BOS, *one.ids) for one in running])
        k = len(running)
        logits = model.decode(said, memory.expand(k, -1, -1), mask.expand(k, -1, -1, -1))[:, -1]  # (K, V)
        totals = torch.tensor([one.total for one in running])[:, None] + logits.log_softmax(dim=-1)
        best = totals.flatten().topk(min(width - len(ended), totals.numel()))
        grown = [
            Hypothesis((*running[index // logits.shape[1]].ids, index % logits.shape[1]), total)
            for total, index in zip(best.values.tolist(), best.indices.tolist(), strict=True)
        ]
        ended += [one for one in grown if one.ids[-1] == EOS]
        running = [one for one in grown if one.ids[-1] != EOS]
        if not running:
            break
    return ended + running


@one_thread()
def pools(
    model: EncoderDecoder, corpus: Corpus, pairs: Sequence[Pair], width: int, longest: int
) -> list[list[Hypothesis]]:
    """Return what a beam has found for each pair's source; a penalty chooses among it afterwards."""
    return [searched(model, torch.tensor(corpus.source.encode(pair.source)), width, longest) for pair in pairs]


def chosen(pool: Sequence[Hypothesis], corpus: Corpus, penalty: float) -> Tokens:
    """Return the tokens of the best hypothesis."""
    return corpus.target.decode(max(pool, key=lambda one: one.score(penalty)).words)


@torch.no_grad()
def log_probability(model: EncoderDecoder, corpus: Corpus, pair: Pair, target: Tokens) -> float:
    """Return the model's log-probability of ``target`` and EOS as the translation of a pair's source."""
    ids = [*corpus.target.encode(target), EOS]
    memory, mask = model.encode(torch.tensor([corpus.source.encode(pair.source)]))
    log_probs = model.decode(torch.tensor([[BOS, *ids[:-1]]]), memory, mask)[0].log_softmax(dim=-1)  # (T, V)
    return float(log_probs.gather(1, torch.tensor(ids)[:, None]).sum())
