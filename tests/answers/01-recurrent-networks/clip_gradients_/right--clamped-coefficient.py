# Right: a factor that is never above one, with a small epsilon against division by zero.
import torch

def clip_gradients_(parameters, max_norm):
    grads = []
    for parameter in parameters:
        if parameter.grad is None:
            continue
        grads.append(parameter.grad)
    if len(grads) == 0:
        return 0.0
    norm = torch.cat([g.flatten() for g in grads]).norm()
    coefficient = torch.clamp(max_norm / (norm + 1e-6), max=1.0)
    for g in grads:
        g.detach().mul_(coefficient)
    return norm
