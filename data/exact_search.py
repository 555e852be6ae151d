"""The likeliest translation of all, found for certain: a yardstick for beams, where a model is sure enough for it."""

import heapq

import torch
from torch import Tensor

from data.attention_translators import EncoderDecoder
from data.beams import Hypothesis
from data.parallel import BOS, EOS


@torch.no_grad()
def likeliest(
    model: EncoderDecoder, source: Tensor, longest: int, at_least: float = -float("inf"), most: int = 20_000
) -> Hypothesis:
    """Return the likeliest hypothesis for one source ``(T_s,)`` that has ended or is ``longest`` tokens long.

    Best first: no continuation is likelier than its beginning, so the first complete hypothesis to come to the top is
    the likeliest of all. at_least: the sum of a hypothesis that is known; what is below it need not be looked at.
    Raises ``RuntimeError`` where more than ``most`` beginnings would have to be continued.
    """
    memory, mask = model.encode(source[None])
    waiting: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]  # minus the sum, ids; the smallest comes first
    for _ in range(most):
        cost, ids = heapq.heappop(waiting)
        if len(ids) == longest or ids[-1:] == (EOS,):
            return Hypothesis(ids, -cost)
        log_probs = model.decode(torch.tensor([(BOS, *ids)]), memory, mask)[0, -1].log_softmax(dim=-1)
        for token, log_prob in enumerate(log_probs.tolist()):
            if log_prob - cost >= at_least - 1e-4:
                heapq.heappush(waiting, (cost - log_prob, (*ids, token)))
    raise RuntimeError(f"the likeliest translation is not among the first {most:,} beginnings: the model is too unsure")
