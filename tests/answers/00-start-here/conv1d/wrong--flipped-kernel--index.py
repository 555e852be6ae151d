# Wrong: counts through the kernel backwards.
import torch

def conv1d(x, kernel):
    K = len(kernel)
    out = []
    for t in range(len(x) - K + 1):
        out.append(sum(x[t + k] * kernel[K - 1 - k] for k in range(K)))
    return torch.stack(out)
