# Wrong: crashes when the mask is None.
import torch

def masked_softmax(scores, mask, dim=-1):
    return torch.nan_to_num(torch.softmax(scores.masked_fill(~mask, float("-inf")), dim=dim))
