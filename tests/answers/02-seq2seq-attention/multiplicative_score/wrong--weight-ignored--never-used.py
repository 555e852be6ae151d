# Wrong: a plain dot product, W is not used.
import torch

def multiplicative_score(query, keys, W=None):
    return torch.einsum("bd,btd->bt", query, keys)
