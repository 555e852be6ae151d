# Right: the unit's own attention on shortened keys and values, its first result.
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    output, _ = scaled_dot_product_attention(query, torch.matmul(E_k, key), torch.matmul(E_v, value))
    return output
