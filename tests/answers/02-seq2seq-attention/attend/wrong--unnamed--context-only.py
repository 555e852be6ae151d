# Wrong: the weights are missing.
import torch

def attend(scores, values, mask=None):
    return torch.einsum("bt,btd->bd", masked_softmax(scores, mask), values)
