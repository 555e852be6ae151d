# Wrong: divides by the root of the projected length K.
import math
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    k, v = E_k @ key, E_v @ value
    scores = query @ k.transpose(-2, -1) / math.sqrt(E_k.size(0))
    return torch.softmax(scores, dim=-1) @ v
