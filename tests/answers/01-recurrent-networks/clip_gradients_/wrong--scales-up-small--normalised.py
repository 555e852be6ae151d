# Wrong: divides by the norm and multiplies with max_norm in every case.
import math

def clip_gradients_(parameters, max_norm):
    grads = [p.grad for p in list(parameters) if p.grad is not None]
    norm = math.sqrt(sum(g.square().sum().item() for g in grads))
    for g in grads:
        g.div_(max(norm, 1e-12)).mul_(max_norm)
    return norm
