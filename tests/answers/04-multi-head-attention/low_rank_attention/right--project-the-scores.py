# Right: projecting the keys is the same as projecting the scores' last axis, and the values can wait until the end.
import torch
import torch.nn.functional as F

def low_rank_attention(query, key, value, E_k, E_v):
    full_scores = query @ key.mT                              # (..., T_q, T_k)
    scores = full_scores @ E_k.T / query.shape[-1] ** 0.5     # (..., T_q, K)
    weights = F.softmax(scores, dim=-1)
    return (weights @ E_v) @ value
