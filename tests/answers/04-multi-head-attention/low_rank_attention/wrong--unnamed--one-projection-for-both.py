# Wrong: E_k shortens keys and values alike, E_v is not used.
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    k, v = E_k @ key, E_k @ value
    return torch.softmax(query @ k.mT / query.shape[-1] ** 0.5, -1) @ v
