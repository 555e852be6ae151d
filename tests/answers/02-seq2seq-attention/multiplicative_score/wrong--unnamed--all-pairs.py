# Wrong: every query with every sentence's keys, summed over the batch.
import torch

def multiplicative_score(query, keys, W=None):
    q = query if W is None else query @ W
    return torch.einsum("ad,btd->bt", q, keys)
