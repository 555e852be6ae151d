# Wrong: pads with zeros so that the output is as long as the input.
import torch
import torch.nn.functional as F

def conv1d(x, kernel):
    K = len(kernel)
    left = (K - 1) // 2
    padded = F.pad(x, (left, K - 1 - left))
    return torch.stack([(padded[t:t + K] * kernel).sum() for t in range(len(x))])
