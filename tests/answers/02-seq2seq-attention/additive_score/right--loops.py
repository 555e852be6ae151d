# Right: sentence by sentence and key by key.
import torch

def additive_score(query, keys, W_q, W_k, v):
    B, T, _ = keys.shape
    rows = []
    for b in range(B):
        q = W_q @ query[b]
        rows.append(torch.stack([torch.dot(v, torch.tanh(q + W_k @ keys[b, t])) for t in range(T)]))
    return torch.stack(rows)
