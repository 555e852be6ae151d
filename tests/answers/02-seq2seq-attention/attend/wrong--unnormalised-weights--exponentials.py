# Wrong: exponentials that are not divided by their sum.
import torch

def attend(scores, values, mask=None):
    weights = torch.exp(scores - scores.amax(dim=-1, keepdim=True))
    if mask is not None:
        weights = weights * mask
    return torch.einsum("bt,btd->bd", weights, values), weights
