# Wrong: a tanh around the score.
import torch

def multiplicative_score(query, keys, W=None):
    q = query if W is None else query @ W
    return torch.tanh(torch.einsum("bd,btd->bt", q, keys))
