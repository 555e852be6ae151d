# Right: slides the kernel along, one product and sum per position.
import torch

def conv1d(x, kernel):
    T, K = len(x), len(kernel)
    return torch.stack([(x[t:t + K] * kernel).sum() for t in range(T - K + 1)])
