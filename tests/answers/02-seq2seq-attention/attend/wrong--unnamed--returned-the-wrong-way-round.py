# Wrong: weights first.
import torch

def attend(scores, values, mask=None):
    weights = masked_softmax(scores, mask)
    return weights, torch.einsum("bt,btd->bd", weights, values)
