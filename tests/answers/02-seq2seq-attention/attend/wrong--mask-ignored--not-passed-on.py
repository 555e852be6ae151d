# Wrong: calls the softmax without the mask.
import torch

def attend(scores, values, mask=None):
    weights = masked_softmax(scores, None)
    return torch.einsum("bt,btd->bd", weights, values), weights
