# Right: E_k and E_v shorten keys and values to K rows, the rest is ordinary attention.
import math
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    k = E_k @ key                      # (..., K, D_k)
    v = E_v @ value                    # (..., K, D_v)
    scores = query @ k.transpose(-2, -1) / math.sqrt(query.size(-1))
    return torch.softmax(scores, dim=-1) @ v
