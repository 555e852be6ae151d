# Wrong: the same, the name found by getattr.
import torch

def conv1d(x, kernel):
    convolve = getattr(torch, "conv" + "1d")
    return convolve(x.view(1, 1, -1), kernel.view(1, 1, -1)).view(-1)
