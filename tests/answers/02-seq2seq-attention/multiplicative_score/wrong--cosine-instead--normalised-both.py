# Wrong: both sides are normalised first.
import torch
import torch.nn.functional as F

def multiplicative_score(query, keys, W=None):
    q = F.normalize(query if W is None else query @ W, dim=-1)
    return torch.einsum("bd,btd->bt", q, F.normalize(keys, dim=-1))
