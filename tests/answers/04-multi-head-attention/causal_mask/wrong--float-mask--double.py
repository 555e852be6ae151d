# Wrong: a NumPy array of doubles turned into a tensor of doubles.
import numpy as np
import torch

def causal_mask(length):
    return torch.from_numpy(np.tril(np.ones((length, length))))
