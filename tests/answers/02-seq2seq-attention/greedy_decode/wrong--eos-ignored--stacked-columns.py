# Wrong: stacks all columns and returns whole rows.
import torch

def greedy_decode(step, state, bos_id, eos_id, max_length):
    probe = state
    while isinstance(probe, tuple):
        probe = probe[0]
    tokens, columns = torch.full((len(probe),), bos_id), []
    while len(columns) < max_length:
        logits, state = step(tokens, state)
        tokens = logits.argmax(1)
        columns.append(tokens)
    return torch.stack(columns, 1).tolist()
