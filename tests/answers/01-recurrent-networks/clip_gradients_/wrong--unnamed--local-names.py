# Wrong: rebinds a local name, the gradients stay as they are.
import math

def clip_gradients_(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    norm = math.sqrt(sum(g.square().sum().item() for g in grads))
    if norm > max_norm:
        for g in grads:
            g = g * max_norm / norm
    return norm
