# Wrong: unfolds a padded signal, T outputs come back.
import torch

def conv1d(x, kernel):
    K = kernel.shape[0]
    left = (K - 1) // 2
    padded = torch.cat([x.new_zeros(left), x, x.new_zeros(K - 1 - left)])
    return padded.unfold(0, K, 1) @ kernel
