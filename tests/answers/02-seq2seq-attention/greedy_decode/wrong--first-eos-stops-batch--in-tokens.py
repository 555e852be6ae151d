# Wrong: leaves the loop when EOS is anywhere among the tokens.
import torch

def greedy_decode(step, state, bos_id, eos_id, max_length):
    probe = state
    while isinstance(probe, tuple):
        probe = probe[0]
    tokens = torch.full((len(probe),), bos_id)
    results = [[] for _ in probe]
    for _ in range(max_length):
        logits, state = step(tokens, state)
        tokens = logits.argmax(-1)
        for row, token in zip(results, tokens.tolist()):
            if token != eos_id:
                row.append(token)
        if (tokens == eos_id).any():
            break
    return results
