# Wrong: (B, T, 1) instead of (B, T).
import torch

def additive_score(query, keys, W_q, W_k, v):
    return torch.tanh((query @ W_q.T).unsqueeze(1) + keys @ W_k.T) @ v.unsqueeze(1)
