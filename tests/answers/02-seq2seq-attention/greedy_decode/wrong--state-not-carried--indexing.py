# Wrong: takes only the logits out of step's result.
import torch

def first_tensor(x):
    return x if torch.is_tensor(x) else first_tensor(x[0])

def greedy_decode(step, state, bos_id, eos_id, max_length):
    B = first_tensor(state).shape[0]
    tokens = torch.full((B,), bos_id)
    columns, ended = [], torch.zeros(B, dtype=torch.bool)
    while len(columns) < max_length and not ended.all():
        tokens = step(tokens, state)[0].argmax(dim=1)
        columns.append(tokens)
        ended = ended | (tokens == eos_id)
    rows = torch.stack(columns, 1).tolist()
    return [row[:row.index(eos_id)] if eos_id in row else row for row in rows]
