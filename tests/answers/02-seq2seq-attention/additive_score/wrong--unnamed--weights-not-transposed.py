# Wrong: query @ W_q needs D_q = A.
import torch

def additive_score(query, keys, W_q, W_k, v):
    return torch.tanh((query @ W_q).unsqueeze(1) + keys @ W_k) @ v
