# Wrong: the mean of the products instead of their sum.
import torch

def conv1d(x, kernel):
    return (x.unfold(0, kernel.shape[0], 1) * kernel).mean(dim=1)
