# Wrong: casts to float32.
import torch

def multiplicative_score(query, keys, W=None):
    q = query.float() if W is None else query.float() @ W.float()
    return torch.einsum("bd,btd->bt", q, keys.float())
