# Wrong: a tanh for each projection instead of one for their sum.
import torch

def additive_score(query, keys, W_q, W_k, v):
    return (torch.tanh(query @ W_q.T).unsqueeze(1) + torch.tanh(keys @ W_k.T)) @ v
