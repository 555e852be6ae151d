# Wrong: L2 in the functional writing.
import torch

def adamw_step(p, grad, state, lr, betas, eps, weight_decay):
    g = grad + p * weight_decay
    t = state["t"] = state.get("t", 0) + 1
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * g
    state["v"] = betas[1] * state.get("v", 0) + (1 - betas[1]) * g**2
    with torch.no_grad():
        p -= lr * state["m"] / (1 - betas[0] ** t) / ((state["v"] / (1 - betas[1] ** t)) ** 0.5 + eps)
