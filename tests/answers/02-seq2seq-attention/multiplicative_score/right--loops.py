# Right: q^T W k, pair by pair.
import torch

def multiplicative_score(query, keys, W=None):
    rows = []
    for q, ks in zip(query, keys):
        if W is not None:
            q = q @ W
        rows.append(torch.stack([torch.dot(q, k) for k in ks]))
    return torch.stack(rows)
