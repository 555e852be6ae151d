# Wrong: an output for every position, entries outside the signal count as zero.
import torch

def conv1d(x, kernel):
    T, K = len(x), len(kernel)
    out = []
    for t in range(T):
        total = x[0] * 0
        for k in range(K):
            s = t + k - (K - 1) // 2
            if 0 <= s < T:
                total = total + x[s] * kernel[k]
        out.append(total)
    return torch.stack(out)
