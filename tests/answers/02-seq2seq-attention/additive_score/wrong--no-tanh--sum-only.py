# Wrong: the tanh is missing.
import torch

def additive_score(query, keys, W_q, W_k, v):
    return ((query @ W_q.T).unsqueeze(1) + keys @ W_k.T) @ v
