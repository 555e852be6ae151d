# Wrong: scaled by the root of the size, which Luong's score is not.
import torch

def multiplicative_score(query, keys, W=None):
    q = query if W is None else query @ W
    return torch.einsum("bd,btd->bt", q, keys) / q.shape[-1] ** 0.5
