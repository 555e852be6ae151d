# Wrong: a NumPy array is no tensor.
import numpy as np

def causal_mask(length):
    return np.tri(length, dtype=bool)
