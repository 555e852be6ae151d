# Right: shifts first and clips to 0 .. 2·max_distance then.
import torch

def relative_position_index(query_length: int, key_length: int, max_distance: int) -> torch.Tensor:
    difference = torch.arange(key_length).repeat(query_length, 1) - torch.arange(query_length).reshape(-1, 1)
    return torch.clip(difference + max_distance, min=0, max=2 * max_distance)
