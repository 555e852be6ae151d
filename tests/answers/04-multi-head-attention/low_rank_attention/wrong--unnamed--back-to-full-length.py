# Wrong: keys and values are projected down and up again, so the softmax runs over T_k instead of K.
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    k, v = E_k.T @ (E_k @ key), E_v.T @ (E_v @ value)
    return torch.softmax(query @ k.mT / query.shape[-1] ** 0.5, -1) @ v
