# Wrong: softmax over the batch axis.
import torch

def attend(scores, values, mask=None):
    weights = masked_softmax(scores, mask, dim=0)
    return torch.einsum("bt,btd->bd", weights, values), weights
