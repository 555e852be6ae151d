# Wrong: the bias is added after the ReLU.
import torch

def dense(x, weight, bias):
    return torch.relu(x @ weight.T) + bias
