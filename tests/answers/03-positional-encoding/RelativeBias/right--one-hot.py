# Right: a one-hot vector of the distance times the table, by einsum.
import torch
import torch.nn as nn
import torch.nn.functional as F

class RelativeBias(nn.Module):
    def __init__(self, num_heads, max_distance):
        super().__init__()
        self.max_distance = max_distance
        self.table = nn.Embedding(2 * max_distance + 1, num_heads)

    def forward(self, query_length, key_length):
        d = torch.arange(key_length)[None] - torch.arange(query_length)[:, None]
        d = torch.clamp(d, -self.max_distance, self.max_distance) + self.max_distance
        hot = F.one_hot(d, 2 * self.max_distance + 1).to(self.table.weight.dtype)
        return torch.einsum("ijr,rh->hij", hot, self.table.weight)
