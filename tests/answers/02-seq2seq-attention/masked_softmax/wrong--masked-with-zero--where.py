# Wrong: torch.where with zeros in the other branch.
import torch
import torch.nn.functional as F

def masked_softmax(scores, mask, dim=-1):
    if mask is None:
        return F.softmax(scores, dim)
    return F.softmax(torch.where(mask, scores, torch.zeros_like(scores)), dim)
