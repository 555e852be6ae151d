# Wrong: the context is (B, 1, D).
import torch

def attend(scores, values, mask=None):
    weights = masked_softmax(scores, mask)
    return torch.bmm(weights.unsqueeze(1), values), weights
