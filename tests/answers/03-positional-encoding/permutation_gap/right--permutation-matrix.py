# Right: a permutation as a matrix product over time.
import torch
import torch.nn.functional as F

def permutation_gap(layer, x, permutation):
    P = F.one_hot(permutation, x.shape[1]).to(x.dtype)
    left = torch.einsum("ij,bjd->bid", P, layer(x))
    right = layer(torch.einsum("ij,bjd->bid", P, x))
    return torch.linalg.vector_norm((left - right).flatten(), ord=float("inf"))
