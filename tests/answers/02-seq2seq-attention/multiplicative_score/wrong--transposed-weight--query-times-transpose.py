# Wrong: q W^T, which fits only a square W and is another matrix then.
import torch

def multiplicative_score(query, keys, W=None):
    if W is not None:
        query = query @ W.T
    return torch.einsum("bd,btd->bt", query, keys)
