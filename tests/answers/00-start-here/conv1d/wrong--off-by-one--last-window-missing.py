# Wrong: range(T - K) ends one window too early.
import torch

def conv1d(x, kernel):
    T, K = len(x), len(kernel)
    windows = [(x[t:t + K] * kernel).sum() for t in range(T - K)]
    return torch.stack(windows) if windows else x.new_zeros(0)
