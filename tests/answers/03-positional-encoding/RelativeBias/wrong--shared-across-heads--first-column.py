# Wrong: all heads get the first head's column.
import torch.nn as nn

class RelativeBias(nn.Module):
    def __init__(self, num_heads, max_distance):
        super().__init__()
        self.num_heads, self.max_distance = num_heads, max_distance
        self.table = nn.Embedding(2 * max_distance + 1, num_heads)

    def forward(self, query_length, key_length):
        index = relative_position_index(query_length, key_length, self.max_distance)
        return self.table(index)[..., 0].expand(self.num_heads, query_length, key_length)
