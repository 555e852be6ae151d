# Wrong: math.e ** scores is no more stable than exp.
import math
import torch

def masked_softmax(scores, mask, dim=-1):
    powers = math.e ** scores
    if mask is not None:
        powers = torch.where(mask, powers, torch.zeros_like(powers))
    total = powers.sum(dim=dim, keepdim=True)
    return powers / (total + (total == 0))
