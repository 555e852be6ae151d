# Wrong: v is multiplied in elementwise before the tanh, and the result summed.
import torch

def additive_score(query, keys, W_q, W_k, v):
    return torch.tanh(v * ((query @ W_q.T)[:, None] + keys @ W_k.T)).sum(-1)
