# Wrong: the softmax is taken over all T_k keys and only then shortened.
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    weights = torch.softmax(query @ key.mT / query.shape[-1] ** 0.5, -1)
    return (weights @ E_k.T) @ (E_v @ value)
