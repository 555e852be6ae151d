# Wrong: returns weights, the scores were asked for.
import torch

def additive_score(query, keys, W_q, W_k, v):
    return torch.softmax(torch.tanh((query @ W_q.T).unsqueeze(1) + keys @ W_k.T) @ v, dim=-1)
