# Wrong: in place.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    with torch.no_grad():
        x -= x.mean(-1, keepdim=True)
    return x * (x.square().mean(-1, keepdim=True) + eps).rsqrt() * gamma + beta
