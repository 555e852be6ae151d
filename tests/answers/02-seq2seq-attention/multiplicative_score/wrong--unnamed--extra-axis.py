# Wrong: (B, T, 1) instead of (B, T).
import torch

def multiplicative_score(query, keys, W=None):
    q = query if W is None else query @ W
    return torch.bmm(keys, q.unsqueeze(-1))
