# Right: recursion.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    if x.ndim > 1:
        return torch.stack([layer_norm(part, gamma, beta, eps) for part in x])
    c = x - x.mean()
    return c / torch.sqrt(torch.dot(c, c) / len(c) + eps) * gamma + beta
