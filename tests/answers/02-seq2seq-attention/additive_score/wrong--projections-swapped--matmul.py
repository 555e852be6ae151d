# Wrong: W_k on the query, W_q on the keys.
import torch

def additive_score(query, keys, W_q, W_k, v):
    return torch.tanh((query @ W_k.T).unsqueeze(1) + keys @ W_q.T) @ v
