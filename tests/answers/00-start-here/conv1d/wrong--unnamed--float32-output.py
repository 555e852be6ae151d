# Wrong: a buffer without dtype, doubles come back as float32.
import torch

def conv1d(x, kernel):
    n = len(x) - len(kernel) + 1
    y = torch.zeros(n)
    for t in range(n):
        y[t] = (x[t:t + len(kernel)] * kernel).sum()
    return y
