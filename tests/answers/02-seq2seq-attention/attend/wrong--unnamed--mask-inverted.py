# Wrong: hides where the mask is True.
import torch

def attend(scores, values, mask=None):
    weights = masked_softmax(scores, None if mask is None else ~mask)
    return torch.einsum("bt,btd->bd", weights, values), weights
