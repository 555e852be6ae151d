# Wrong: multiplies the scores with the mask before the softmax.
import torch

def masked_softmax(scores, mask, dim=-1):
    return torch.softmax(scores if mask is None else scores * mask, dim=dim)
