# Wrong: crashes on a parameter without a gradient.
import math

def clip_gradients_(parameters, max_norm):
    parameters = list(parameters)
    norm = math.sqrt(sum(p.grad.square().sum().item() for p in parameters))
    if norm > max_norm:
        for p in parameters:
            p.grad.mul_(max_norm / norm)
    return norm
