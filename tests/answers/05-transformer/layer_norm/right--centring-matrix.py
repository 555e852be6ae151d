# Right: centring matrix.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    n = x.shape[-1]
    centre = torch.eye(n, dtype=x.dtype, device=x.device) - 1.0 / n
    c = x @ centre
    return c / (c.square().mean(-1, True) + eps).sqrt() @ torch.diag(gamma) + beta
