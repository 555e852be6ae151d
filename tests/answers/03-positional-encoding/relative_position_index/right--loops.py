# Right: entry by entry.
import torch

def relative_position_index(query_length, key_length, max_distance):
    index = torch.zeros(query_length, key_length, dtype=torch.long)
    for i in range(query_length):
        for j in range(key_length):
            d = j - i
            if d > max_distance:
                d = max_distance
            elif d < -max_distance:
                d = -max_distance
            index[i, j] = d + max_distance
    return index
