# Right: unit 00's softmax on scores whose hidden entries are as low as a float goes.
import torch
from mine import softmax

def masked_softmax(scores, mask, dim=-1):
    if mask is None:
        return softmax(scores, dim)
    low = torch.finfo(scores.dtype).min / 2
    return softmax(torch.where(mask, scores, low), dim) * mask
