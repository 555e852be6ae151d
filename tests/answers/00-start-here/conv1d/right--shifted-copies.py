# Right: adds shifted copies of the signal, each weighted with one entry of the kernel.
import torch

def conv1d(x, kernel):
    out_length = x.numel() - kernel.numel() + 1
    y = torch.zeros(out_length, dtype=x.dtype, device=x.device)
    for k in range(kernel.numel()):
        y = y + kernel[k] * x[k:k + out_length]
    return y
