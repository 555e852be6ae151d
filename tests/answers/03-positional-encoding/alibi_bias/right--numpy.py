# Right: NumPy's outer operations, float32 at the end.
import numpy as np
import torch

def alibi_bias(num_heads, query_length, key_length):
    slopes = np.exp2(-8.0 * np.arange(1, num_heads + 1) / num_heads)
    distance = np.abs(np.subtract.outer(np.arange(query_length), np.arange(key_length)))
    return torch.from_numpy((-np.multiply.outer(slopes, distance)).astype(np.float32))
