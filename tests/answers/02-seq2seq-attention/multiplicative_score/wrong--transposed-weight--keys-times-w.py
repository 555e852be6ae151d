# Wrong: keys @ W instead of keys @ W^T.
import torch

def multiplicative_score(query, keys, W=None):
    k = keys if W is None else keys @ W
    return torch.bmm(k, query.unsqueeze(2)).squeeze(2)
