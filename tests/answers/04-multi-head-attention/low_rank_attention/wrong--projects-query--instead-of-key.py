# Wrong: the query's length is projected instead of the key's and the value's.
import math
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    q = E_k @ query
    scores = q @ key.transpose(-2, -1) / math.sqrt(q.size(-1))
    return torch.softmax(scores, dim=-1) @ value
