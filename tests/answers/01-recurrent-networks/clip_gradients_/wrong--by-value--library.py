# Wrong: clip_grad_value_ is another kind of clipping.
import torch
from torch.nn.utils import clip_grad_value_

def clip_gradients_(parameters, max_norm):
    parameters = [p for p in parameters if p.grad is not None]
    norm = sum(p.grad.pow(2).sum().item() for p in parameters) ** 0.5
    if parameters:
        clip_grad_value_(parameters, max_norm)
    return norm
