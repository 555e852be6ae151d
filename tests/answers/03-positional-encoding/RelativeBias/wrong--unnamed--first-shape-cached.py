# Wrong: keeps the first result and returns it for every later shape.
import torch.nn as nn

class RelativeBias(nn.Module):
    def __init__(self, num_heads, max_distance):
        super().__init__()
        self.max_distance = max_distance
        self.table = nn.Embedding(2 * max_distance + 1, num_heads)
        self.cache = None

    def forward(self, query_length, key_length):
        if self.cache is None:
            index = relative_position_index(query_length, key_length, self.max_distance)
            self.cache = self.table(index).permute(2, 0, 1)
        return self.cache
