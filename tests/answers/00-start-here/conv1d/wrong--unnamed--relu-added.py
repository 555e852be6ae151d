# Wrong: a ReLU that nobody asked for.
import torch

def conv1d(x, kernel):
    return torch.relu(x.unfold(0, kernel.shape[0], 1) @ kernel)
