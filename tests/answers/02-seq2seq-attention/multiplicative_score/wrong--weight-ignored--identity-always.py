# Wrong: an identity matrix in place of W in both cases.
import torch

def multiplicative_score(query, keys, W=None):
    W = torch.eye(query.shape[-1], dtype=query.dtype)
    return torch.bmm((query @ W)[:, None], keys.transpose(1, 2)).squeeze(1)
