# Right: double inside.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    kind = x.dtype
    x, gamma, beta = x.double(), gamma.double(), beta.double()
    mu = x.sum(-1, keepdim=True).div(x.size(-1))
    sigma2 = (x - mu).square().sum(-1, keepdim=True).div(x.size(-1))
    return (gamma * (x - mu).div((sigma2 + eps).sqrt()) + beta).to(kind)
