# Wrong: the sum starts at zero instead of at the bias.
import torch

def dense(x, weight, bias):
    return torch.stack([torch.stack([(w * row).sum().clamp(min=0) for w in weight]) for row in x])
