# Right: computes anew and copies at the end.
import torch

def adamw_step(p, grad, state, lr, betas, eps, weight_decay):
    (b1, b2) = betas
    t = state.get("t", 0) + 1
    m = b1 * state.get("m", 0) + (1 - b1) * grad
    v = b2 * state.get("v", 0) + (1 - b2) * grad.pow(2)
    state.update(t=t, m=m, v=v)
    step = (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps) + weight_decay * p.detach()
    p.data.copy_(p.detach() - lr * step)
    return p
