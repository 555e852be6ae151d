# Wrong: a sigmoid per entry does not sum to one.
import torch

def softmax(x, dim=-1):
    return torch.sigmoid(x)
