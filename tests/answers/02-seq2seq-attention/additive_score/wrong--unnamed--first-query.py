# Wrong: the first sentence's query for all.
import torch

def additive_score(query, keys, W_q, W_k, v):
    return torch.tanh(W_q @ query[0] + keys @ W_k.T) @ v
