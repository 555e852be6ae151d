# Right: the sum of W times the outer product of query and key; prints which form it takes.
import torch

def multiplicative_score(query, keys, W=None):
    print("dot" if W is None else "general")
    outer = query[:, None, :, None] * keys[:, :, None, :]      # (B, T, D_q, D_k)
    if W is None:
        return outer.diagonal(dim1=-2, dim2=-1).sum(-1)
    return (outer * W).sum(dim=(-2, -1))
