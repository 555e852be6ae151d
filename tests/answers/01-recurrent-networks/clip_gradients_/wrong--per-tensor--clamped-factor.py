# Wrong: a factor of its own for each parameter.
import math
import torch

def clip_gradients_(parameters, max_norm):
    square = 0.0
    for p in parameters:
        if p.grad is None:
            continue
        norm = p.grad.norm().item()
        square += norm ** 2
        p.grad.mul_(min(1.0, max_norm / (norm + 1e-12)))
    return math.sqrt(square)
