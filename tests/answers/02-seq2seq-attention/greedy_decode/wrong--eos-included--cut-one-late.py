# Wrong: cuts each row one behind its EOS.
import torch

def greedy_decode(step, state, bos_id, eos_id, max_length):
    probe = state
    while isinstance(probe, tuple):
        probe = probe[0]
    tokens, columns = torch.full((len(probe),), bos_id), []
    ended = torch.zeros(len(probe), dtype=torch.bool)
    while len(columns) < max_length and not ended.all():
        logits, state = step(tokens, state)
        tokens = logits.argmax(1)
        columns.append(tokens)
        ended |= tokens == eos_id
    rows = torch.stack(columns, 1).tolist()
    return [row[:row.index(eos_id) + 1] if eos_id in row else row for row in rows]
