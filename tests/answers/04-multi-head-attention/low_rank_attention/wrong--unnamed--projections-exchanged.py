# Wrong: E_v for the keys, E_k for the values.
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    k, v = E_v @ key, E_k @ value
    return torch.softmax(query @ k.mT / query.shape[-1] ** 0.5, -1) @ v
