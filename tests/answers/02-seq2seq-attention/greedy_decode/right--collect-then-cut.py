# Right: collects the columns, stops when every row has seen EOS, and cuts each row at its first EOS.
import torch

def first_tensor(x):
    return x if torch.is_tensor(x) else first_tensor(x[0])

@torch.no_grad()
def greedy_decode(step, state, bos_id, eos_id, max_length):
    some = first_tensor(state)
    tokens = torch.full((len(some),), bos_id, dtype=torch.int64, device=some.device)
    ended = torch.zeros(len(some), dtype=torch.bool, device=some.device)
    columns = []
    while len(columns) < max_length and not bool(ended.all()):
        logits, state = step(tokens, state)
        tokens = logits.max(dim=1).indices
        columns.append(tokens)
        ended |= tokens == eos_id
    rows = torch.stack(columns, dim=1).tolist()
    return [row[: row.index(eos_id)] if eos_id in row else row for row in rows]
