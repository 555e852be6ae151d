# Wrong: clipped but not shifted, so half of the indices are negative.
import torch

def relative_position_index(query_length, key_length, max_distance):
    i, j = torch.arange(query_length), torch.arange(key_length)
    return (j[None, :] - i[:, None]).clamp(-max_distance, max_distance)
