# Wrong: distances past max_distance fall off the table.
import torch
import torch.nn as nn

class RelativeBias(nn.Module):
    def __init__(self, num_heads, max_distance):
        super().__init__()
        self.max_distance = max_distance
        self.table = nn.Embedding(2 * max_distance + 1, num_heads)

    def forward(self, query_length, key_length):
        d = torch.arange(key_length)[None, :] - torch.arange(query_length)[:, None]
        return self.table(d + self.max_distance).permute(2, 0, 1)
