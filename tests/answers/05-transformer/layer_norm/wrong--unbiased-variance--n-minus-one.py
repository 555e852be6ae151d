# Wrong (unbiased-variance): n minus one.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    n = x.shape[-1]
    c = x - torch.einsum("...d->...", x).unsqueeze(-1) / n
    v = torch.einsum("...d,...d->...", c, c).unsqueeze(-1) / (n - 1)
    return c * torch.rsqrt(v + eps) * gamma + beta
