# Wrong: exponentials without the maximum subtracted overflow on large scores.
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    e = torch.exp(query @ (E_k @ key).mT / query.shape[-1] ** 0.5)
    return e / e.sum(-1, keepdim=True) @ (E_v @ value)
