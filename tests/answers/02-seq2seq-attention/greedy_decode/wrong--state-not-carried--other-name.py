# Wrong: the new state gets a new name, and the old one is passed again.
import torch

def greedy_decode(step, state, bos_id, eos_id, max_length):
    probe = state
    while isinstance(probe, tuple):
        probe = probe[0]
    tokens = torch.full((len(probe),), bos_id)
    ended = torch.zeros(len(probe), dtype=torch.bool)
    results = [[] for _ in probe]
    for _ in range(max_length):
        logits, new_state = step(tokens, state)
        tokens = logits.argmax(-1)
        ended = ended | (tokens == eos_id)
        for b in range(len(results)):
            if not ended[b]:
                results[b].append(int(tokens[b]))
        if ended.all():
            break
    return results
