# Wrong: always (T_q, T_q).
import torch

def relative_position_index(query_length, key_length, max_distance):
    t = torch.arange(query_length)
    return (t[None, :] - t[:, None]).clamp(-max_distance, max_distance) + max_distance
