# Wrong: the output is one short because + 1 was forgotten.
import torch

def conv1d(x, kernel):
    n = x.shape[0] - kernel.shape[0]
    y = torch.zeros(n, dtype=x.dtype)
    for k, w in enumerate(kernel):
        y = y + w * x[k:k + n]
    return y
