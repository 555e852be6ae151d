# Wrong: table is a bare parameter of shape (H, 2m+1), not the nn.Embedding that was asked for.
import torch
import torch.nn as nn

class RelativeBias(nn.Module):
    def __init__(self, num_heads, max_distance):
        super().__init__()
        self.max_distance = max_distance
        self.table = nn.Parameter(torch.zeros(num_heads, 2 * max_distance + 1))

    def forward(self, query_length, key_length):
        return self.table[:, relative_position_index(query_length, key_length, self.max_distance)]
