# Right: key position minus query position, clamped, shifted to start at zero.
import torch

def relative_position_index(query_length, key_length, max_distance):
    i = torch.arange(query_length)[:, None]
    j = torch.arange(key_length)[None, :]
    return (j - i).clamp(-max_distance, max_distance) + max_distance
