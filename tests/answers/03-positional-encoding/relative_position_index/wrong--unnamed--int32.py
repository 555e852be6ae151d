# Wrong: int32 instead of int64.
import torch

def relative_position_index(query_length, key_length, max_distance):
    d = torch.arange(key_length, dtype=torch.int32)[None, :] - torch.arange(query_length, dtype=torch.int32)[:, None]
    return d.clamp(-max_distance, max_distance) + max_distance
