# Wrong: a sigmoid instead of a ReLU.
import torch

def dense(x, weight, bias):
    return torch.sigmoid(x @ weight.T + bias)
