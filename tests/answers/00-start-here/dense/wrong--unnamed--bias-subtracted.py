# Wrong: subtracts the bias.
import torch

def dense(x, weight, bias):
    return torch.relu(x @ weight.T - bias)
