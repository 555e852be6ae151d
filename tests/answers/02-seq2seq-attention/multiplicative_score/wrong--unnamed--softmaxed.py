# Wrong: returns weights instead of scores.
import torch

def multiplicative_score(query, keys, W=None):
    q = query if W is None else query @ W
    return torch.einsum("bd,btd->bt", q, keys).softmax(-1)
