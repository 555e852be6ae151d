# Wrong: torch's softmax does the work, which is forbidden here.
import torch

def softmax(x, dim=-1):
    return torch.softmax(x, dim=dim)
