# Right: keeps all gradients and sums them anew.
import torch

def adamw_step(p, grad, state, lr, betas, eps, weight_decay):
    seen = state.setdefault("gradients", [])
    seen.append(grad.clone())
    t = len(seen)
    m = sum((1 - betas[0]) * betas[0] ** (t - 1 - i) * g for i, g in enumerate(seen)) / (1 - betas[0] ** t)
    v = sum((1 - betas[1]) * betas[1] ** (t - 1 - i) * g * g for i, g in enumerate(seen)) / (1 - betas[1] ** t)
    with torch.no_grad():
        p -= lr * weight_decay * p + lr * m / (torch.sqrt(v) + eps)
