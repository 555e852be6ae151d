# Right: PyTorch's order, in place.
import torch

@torch.no_grad()
def adamw_step(p, grad, state, lr, betas, eps, weight_decay):
    if not state:
        state["step"], state["m"], state["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
    b1, b2 = betas
    state["step"] += 1
    p.mul_(1 - lr * weight_decay)
    state["m"].mul_(b1).add_(grad, alpha=1 - b1)
    state["v"].mul_(b2).addcmul_(grad, grad, value=1 - b2)
    m = state["m"] / (1 - b1 ** state["step"])
    v = state["v"] / (1 - b2 ** state["step"])
    p.sub_(lr * m / (v.sqrt() + eps))
