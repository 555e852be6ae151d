# Wrong: divided by the root of the attention size, which only dot products need.
import torch

def additive_score(query, keys, W_q, W_k, v):
    return torch.tanh((query @ W_q.T).unsqueeze(1) + keys @ W_k.T) @ v / v.shape[0] ** 0.5 + 0.0
