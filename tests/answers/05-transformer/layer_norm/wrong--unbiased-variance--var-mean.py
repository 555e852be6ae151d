# Wrong (unbiased-variance): var mean.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    v, m = torch.var_mean(x, dim=-1, keepdim=True)
    return torch.addcmul(beta, (x - m).div(v.add(eps).sqrt()), gamma)
