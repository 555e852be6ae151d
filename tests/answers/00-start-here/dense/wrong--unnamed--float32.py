# Wrong: returns float32 for double inputs.
import torch

def dense(x, weight, bias):
    return torch.relu(x @ weight.T + bias).float()
