# Wrong: the mean of the visible values, though the right weights are returned.
import torch

def attend(scores, values, mask=None):
    weights = masked_softmax(scores, mask)
    if mask is None:
        return values.sum(1) / values.shape[1], weights
    keep = mask.expand_as(scores).to(values.dtype)
    mean = torch.einsum("bt,btd->bd", keep, values) / keep.sum(1, keepdim=True).clamp(min=1)
    return mean, weights
