# Wrong: np.clip, and no shift.
import numpy as np
import torch

def relative_position_index(query_length, key_length, max_distance):
    d = np.arange(key_length)[None, :] - np.arange(query_length)[:, None]
    return torch.from_numpy(np.clip(d, -max_distance, max_distance))
