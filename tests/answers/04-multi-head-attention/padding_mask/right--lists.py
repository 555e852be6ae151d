# Right: through Python lists.
import torch

def padding_mask(ids, pad_id):
    rows = [[[[token != pad_id for token in row]]] for row in ids.tolist()]
    return torch.tensor(rows, dtype=torch.bool, device=ids.device)
