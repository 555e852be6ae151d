# Wrong: the einsum sums over the whole batch.
import torch

def attend(scores, values, mask=None):
    weights = masked_softmax(scores, mask)
    return torch.einsum("at,btd->bd", weights, values), weights
