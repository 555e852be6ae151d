# Right: a finished sentence goes on being fed EOS, and its answers are ignored.
from typing import Any, Callable, List
import torch
from torch import Tensor

def greedy_decode(step: Callable, state: Any, bos_id: int, eos_id: int, max_length: int) -> List[List[int]]:
    probe = state
    while isinstance(probe, tuple):
        probe = probe[0]
    tokens = torch.tensor([bos_id] * probe.size(0))
    output: List[List[int]] = [[] for _ in tokens]
    alive = torch.ones_like(tokens, dtype=torch.bool)
    for _ in range(max_length):
        logits, state = step(tokens, state)
        best = torch.argmax(logits, dim=1)
        tokens = torch.where(alive, best, torch.full_like(best, eos_id))
        alive = alive & (tokens != eos_id)
        for sentence, token, going in zip(output, tokens.tolist(), alive.tolist()):
            if going:
                sentence.append(token)
        if not alive.any():
            return output
    return output
