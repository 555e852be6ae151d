# Wrong: minus the distance, another similarity.
import torch

def multiplicative_score(query, keys, W=None):
    q = query if W is None else query @ W
    return -(keys - q[:, None]).norm(dim=-1)
