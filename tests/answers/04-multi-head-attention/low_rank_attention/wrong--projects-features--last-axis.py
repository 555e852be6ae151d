# Wrong: E multiplies the features of key and value from the right, which needs D = T_k and leaves the length alone.
import math
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    k = key @ E_k.T                    # (..., T_k, K)
    v = value @ E_v.T
    scores = query @ k.transpose(-2, -1) / math.sqrt(query.size(-1))
    return torch.softmax(scores, dim=-1) @ v
