# Right: the bias as the weight of a constant input, maximum with zero.
import torch

def dense(x, weight, bias):
    with_one = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
    all_weights = torch.cat([weight, bias[:, None]], dim=1)
    z = (with_one[:, None, :] * all_weights[None]).sum(-1)
    return torch.maximum(z, torch.zeros_like(z))
