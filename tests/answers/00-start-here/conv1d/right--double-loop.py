# Right: two explicit loops over output position and kernel entry.
import torch

def conv1d(x, kernel):
    output = []
    for t in range(x.size(0) - kernel.size(0) + 1):
        total = 0
        for k in range(kernel.size(0)):
            total = total + x[t + k] * kernel[k]
        output.append(total)
    return torch.stack(output)
