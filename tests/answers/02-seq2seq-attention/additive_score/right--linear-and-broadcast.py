# Right: projects both, adds by broadcasting, tanh, product with v.
import torch

def additive_score(query, keys, W_q, W_k, v):
    q = query @ W_q.T                 # (B, A)
    k = keys @ W_k.T                  # (B, T, A)
    return torch.tanh(q.unsqueeze(1) + k) @ v
