# Wrong: the first window is left out.
import torch

def conv1d(x, kernel):
    K = kernel.numel()
    out = [torch.dot(x[t:t + K], kernel) for t in range(1, x.numel() - K + 1)]
    return torch.stack(out) if out else x.new_zeros(0)
