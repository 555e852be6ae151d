# Wrong: the bias is missing.
import torch

def dense(x, weight, bias):
    return torch.relu(x @ weight.T)
