# Right: the norm of the gradients' norms, one factor for all, in place.
import torch

def clip_gradients_(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    total = torch.linalg.vector_norm(torch.stack([g.norm(2) for g in grads]), 2)
    if total > max_norm:
        for g in grads:
            g.mul_(max_norm / total)
    return total
