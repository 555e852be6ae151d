# Wrong: fills zeros in after the softmax.
import torch.nn.functional as F

def masked_softmax(scores, mask, dim=-1):
    weights = F.softmax(scores, dim)
    if mask is not None:
        weights = weights.masked_fill(mask.logical_not(), 0.0)
    return weights
