# Wrong: .item() cuts the graph, there is no gradient.
import torch

def conv1d(x, kernel):
    K = len(kernel)
    return torch.tensor([(x[t:t + K] * kernel).sum().item() for t in range(len(x) - K + 1)], dtype=x.dtype)
