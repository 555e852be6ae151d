# Wrong: goes over the parameters twice; a generator is empty the second time and nothing is clipped.
import math

def clip_gradients_(parameters, max_norm):
    norm = math.sqrt(sum(p.grad.square().sum().item() for p in parameters if p.grad is not None))
    if norm > max_norm:
        for p in parameters:
            if p.grad is not None:
                p.grad.mul_(max_norm / norm)
    return norm
