# Wrong: without unsqueeze the query's batch axis meets the keys' time axis.
import torch

def additive_score(query, keys, W_q, W_k, v):
    return torch.tanh(query @ W_q.T + keys @ W_k.T) @ v
