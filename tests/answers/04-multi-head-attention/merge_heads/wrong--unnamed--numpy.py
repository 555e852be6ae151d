# Wrong: through NumPy, no gradient.
import numpy as np
import torch

def merge_heads(x):
    return torch.from_numpy(np.concatenate(list(x.detach().numpy().transpose(1, 0, 2, 3)), axis=-1))
