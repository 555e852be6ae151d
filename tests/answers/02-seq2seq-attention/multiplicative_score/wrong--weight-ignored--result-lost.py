# Wrong: the projected query is computed under a name that nobody reads.
import torch

def multiplicative_score(query, keys, W=None):
    if W is not None:
        projected = query @ W
    return (keys @ query.unsqueeze(-1)).squeeze(-1)
