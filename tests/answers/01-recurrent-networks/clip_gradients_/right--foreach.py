# Right: torch's _foreach functions on the list of gradients.
import torch

def clip_gradients_(parameters, max_norm):
    grads = [p.grad for p in parameters]
    grads = [g for g in grads if g is not None]
    if grads == []:
        return torch.zeros(())
    norm = torch.stack(torch._foreach_norm(grads)).norm()
    torch._foreach_mul_(grads, min(1.0, max_norm / max(norm.item(), 1e-12)))
    return norm
