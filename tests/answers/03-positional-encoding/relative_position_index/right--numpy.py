# Right: np.subtract.outer and np.clip.
import numpy as np
import torch

def relative_position_index(query_length, key_length, max_distance):
    d = -np.subtract.outer(np.arange(query_length, dtype=np.int64), np.arange(key_length, dtype=np.int64))
    return torch.from_numpy(np.clip(d, -max_distance, max_distance) + max_distance)
