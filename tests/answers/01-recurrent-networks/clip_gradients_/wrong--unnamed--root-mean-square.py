# Wrong: divides the sum of squares by the number of entries.
import math

def clip_gradients_(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    count = sum(g.numel() for g in grads)
    norm = math.sqrt(sum(g.square().sum().item() for g in grads) / max(count, 1))
    if norm > max_norm:
        for g in grads:
            g.mul_(max_norm / norm)
    return norm
