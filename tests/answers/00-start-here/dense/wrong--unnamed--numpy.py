# Wrong: through NumPy, without a gradient.
import numpy as np
import torch

def dense(x, weight, bias):
    x, weight, bias = (t.detach().numpy() for t in (x, weight, bias))
    return torch.from_numpy(np.maximum(x @ weight.T + bias, 0))
