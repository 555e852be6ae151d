# Wrong: the context has no gradient in the scores.
import torch

def attend(scores, values, mask=None):
    weights = masked_softmax(scores, mask)
    return torch.einsum("bt,btd->bd", weights.detach(), values), weights
