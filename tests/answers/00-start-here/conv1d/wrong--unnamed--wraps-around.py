# Wrong: the signal is continued periodically.
import torch

def conv1d(x, kernel):
    return sum(w * torch.roll(x, -k) for k, w in enumerate(kernel))
