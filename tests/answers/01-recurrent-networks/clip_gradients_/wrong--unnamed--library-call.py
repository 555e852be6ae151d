# Wrong: the forbidden library function does the work.
import torch

def clip_gradients_(parameters, max_norm):
    return torch.nn.utils.clip_grad_norm_(parameters, max_norm)
