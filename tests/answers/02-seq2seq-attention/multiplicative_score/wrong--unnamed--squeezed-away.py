# Wrong: squeeze() without an axis also removes a batch or a time axis of one.
import torch

def multiplicative_score(query, keys, W=None):
    q = query if W is None else query @ W
    return torch.bmm(keys, q.unsqueeze(-1)).squeeze()
