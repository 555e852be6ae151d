# Wrong: a tensor padded with EOS instead of lists.
import torch

def first_tensor(x):
    return x if torch.is_tensor(x) else first_tensor(x[0])

def greedy_decode(step, state, bos_id, eos_id, max_length):
    B = first_tensor(state).shape[0]
    tokens, ended = torch.full((B,), bos_id), torch.zeros(B, dtype=torch.bool)
    columns = []
    while len(columns) < max_length and not ended.all():
        logits, state = step(tokens, state)
        tokens = logits.argmax(-1).masked_fill(ended, eos_id)
        ended = ended | (tokens == eos_id)
        columns.append(tokens)
    return torch.stack(columns, 1)
