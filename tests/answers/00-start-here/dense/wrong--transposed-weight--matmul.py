# Wrong: x @ W instead of x @ W^T, which only fits a square W.
import torch

def dense(x, weight, bias):
    return torch.relu(x @ weight + bias)
