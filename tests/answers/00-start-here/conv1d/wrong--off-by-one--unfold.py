# Wrong: the last window is cut off.
import torch

def conv1d(x, kernel):
    return (x.unfold(0, kernel.shape[0], 1)[:-1] * kernel).sum(dim=1)
