# Right: q W first, then a dot product with each key.
import torch

def multiplicative_score(query, keys, W=None):
    if W is not None:
        query = query @ W
    return (keys @ query.unsqueeze(-1)).squeeze(-1)
