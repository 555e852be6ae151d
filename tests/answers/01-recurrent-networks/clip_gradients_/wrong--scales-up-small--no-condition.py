# Wrong: always scales to max_norm, so small gradients grow.
import torch

def clip_gradients_(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return 0.0
    total = torch.stack([g.norm() for g in grads]).norm()
    if total > 0:
        for g in grads:
            g.mul_(max_norm / total)
    return total
