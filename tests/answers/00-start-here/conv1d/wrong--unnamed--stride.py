# Wrong: windows that do not overlap.
import torch

def conv1d(x, kernel):
    K = len(kernel)
    return x.unfold(0, K, K) @ kernel
