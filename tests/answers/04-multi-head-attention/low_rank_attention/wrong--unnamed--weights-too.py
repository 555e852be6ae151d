# Wrong: a pair is returned where the output alone was asked for.
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    weights = torch.softmax(query @ (E_k @ key).mT / query.shape[-1] ** 0.5, -1)
    return weights @ (E_v @ value), weights
