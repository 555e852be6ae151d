# Wrong: computes one head's bias and repeats it.
import torch
import torch.nn as nn

class RelativeBias(nn.Module):
    def __init__(self, num_heads, max_distance):
        super().__init__()
        self.num_heads, self.max_distance = num_heads, max_distance
        self.table = nn.Embedding(2 * max_distance + 1, num_heads)

    def forward(self, query_length, key_length):
        d = torch.arange(key_length) - torch.arange(query_length).unsqueeze(1)
        d = d.clamp(-self.max_distance, self.max_distance) + self.max_distance
        one_head = self.table.weight[:, 0][d]
        return one_head.unsqueeze(0).repeat(self.num_heads, 1, 1)
