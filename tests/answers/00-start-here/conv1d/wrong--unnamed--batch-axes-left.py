# Wrong: the result is (1, 1, T-K+1).
import torch

def conv1d(x, kernel):
    return (x.unfold(0, kernel.shape[0], 1) @ kernel)[None, None]
