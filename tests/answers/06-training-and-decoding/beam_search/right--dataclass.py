# Right: typed, with a dataclass for a hypothesis.
from dataclasses import dataclass
from typing import Callable
import torch
from torch import Tensor


@dataclass(frozen=True)
class Hypothesis:
    tokens: tuple[int, ...]
    log_prob: float
    row: int
    ended: bool = False

    def score(self, penalty: float) -> float:
        return self.log_prob / max(len(self.tokens), 1) ** penalty


def beam_search(step: Callable, state: Tensor, bos_id: int, eos_id: int, beam_size: int, max_length: int,
                length_penalty: float = 0.0) -> tuple[list[int], float]:
    beam = [Hypothesis((), 0.0, 0)]
    length = 0
    while length < max_length and any(not h.ended for h in beam):
        active = [h for h in beam if not h.ended]
        previous = [h.tokens[-1] if h.tokens else bos_id for h in active]
        gathered = torch.index_select(state, 0, torch.as_tensor([h.row for h in active]))
        log_probs, state = step(torch.as_tensor(previous), gathered)
        extended = [Hypothesis(h.tokens + (v,), h.log_prob + float(log_probs[i, v]), i, v == eos_id)
                    for i, h in enumerate(active) for v in range(log_probs.shape[-1])]
        beam = sorted([h for h in beam if h.ended] + extended, key=lambda h: -h.log_prob)[:beam_size]
        length += 1
    best = max(beam, key=lambda h: h.score(length_penalty))
    return [t for t in best.tokens if t != eos_id], best.score(length_penalty)
