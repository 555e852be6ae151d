# Wrong: in place.
import torch

def residual(x, sublayer, norm, pre_norm=False):
    y = sublayer(norm(x) if pre_norm else x).detach()
    with torch.no_grad():
        x += y
    return x if pre_norm else norm(x)
