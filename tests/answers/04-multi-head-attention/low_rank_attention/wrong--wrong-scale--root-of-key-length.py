# Wrong: divides by the root of the full key length.
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    k, v = E_k.matmul(key), E_v.matmul(value)
    return torch.softmax(query @ k.mT / key.shape[-2] ** 0.5, -1) @ v
