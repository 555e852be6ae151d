# Wrong: the coefficient is not limited to one.
import torch

def clip_gradients_(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norm = torch.cat([g.flatten() for g in grads]).norm()
    coefficient = max_norm / (norm + 1e-7)
    for g in grads:
        g.mul_(coefficient)
    return norm
