# Wrong (affine-forgotten): fresh ones and zeros.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    gamma, beta = torch.ones_like(gamma), torch.zeros_like(beta)
    c = x - x.mean(-1, keepdim=True)
    return gamma * c * (c.square().mean(-1, keepdim=True) + eps).rsqrt() + beta
