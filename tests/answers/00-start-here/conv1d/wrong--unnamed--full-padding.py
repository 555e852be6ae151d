# Wrong: pads on both sides by K - 1, the output is T + K - 1 long.
import torch
import torch.nn.functional as F

def conv1d(x, kernel):
    K = len(kernel)
    return F.pad(x, (K - 1, K - 1)).unfold(0, K, 1) @ kernel
