# Wrong (skip-from-normed): named parts.
import torch


def residual(x, sublayer, norm, pre_norm=False):
    entry = norm(x) if pre_norm else x
    total = torch.stack([entry, sublayer(entry)]).sum(0)
    return total if pre_norm else norm(total)
