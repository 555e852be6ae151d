# Wrong: lets torch.optim do it.
import torch

def adamw_step(p, grad, state, lr, betas, eps, weight_decay):
    if not state:
        state["q"] = torch.nn.Parameter(p.clone())
        state["o"] = torch.optim.AdamW([state["q"]], lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
    state["o"].param_groups[0]["lr"] = lr
    state["q"].grad = grad.clone()
    state["o"].step()
    p.copy_(state["q"].detach())
