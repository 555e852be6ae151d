# Right: minimum and maximum against constant tensors, positions by cumulative sums.
import torch

def relative_position_index(query_length, key_length, max_distance):
    ones = torch.ones(query_length, key_length, dtype=torch.int64)
    d = ones.cumsum(1) - ones.cumsum(0)
    top = torch.tensor(max_distance)
    return torch.maximum(torch.minimum(d, top), -top).add(max_distance)
