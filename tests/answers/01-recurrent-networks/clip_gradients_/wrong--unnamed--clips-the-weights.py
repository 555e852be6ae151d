# Wrong: scales the parameters instead of their gradients.
import math
import torch

def clip_gradients_(parameters, max_norm):
    parameters = [p for p in parameters if p.grad is not None]
    norm = math.sqrt(sum(p.grad.square().sum().item() for p in parameters))
    if norm > max_norm:
        with torch.no_grad():
            for p in parameters:
                p.mul_(max_norm / norm)
    return norm
