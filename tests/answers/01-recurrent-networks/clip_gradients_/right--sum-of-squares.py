# Right: sums squares in a Python float.
import math

def clip_gradients_(parameters, max_norm):
    parameters = list(parameters)
    square = 0.0
    for p in parameters:
        if p.grad is not None:
            square += p.grad.pow(2).sum().item()
    norm = math.sqrt(square)
    if norm > max_norm:
        for p in parameters:
            if p.grad is not None:
                p.grad *= max_norm / norm
    return norm
