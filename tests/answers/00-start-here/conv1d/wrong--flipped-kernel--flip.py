# Wrong: the mathematician's convolution turns the kernel round; cross-correlation does not.
import torch

def conv1d(x, kernel):
    T, K = len(x), len(kernel)
    kernel = torch.flip(kernel, dims=[0])
    return torch.stack([(x[t:t + K] * kernel).sum() for t in range(T - K + 1)])
