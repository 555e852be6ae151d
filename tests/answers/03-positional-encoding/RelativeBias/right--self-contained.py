# Right: computes the clipped distances itself.
import torch
from torch import nn, Tensor

class RelativeBias(nn.Module):
    """One learned number per head and clipped distance (T5's bias without its buckets)."""

    def __init__(self, num_heads: int, max_distance: int) -> None:
        super().__init__()
        self.table = nn.Embedding(2 * max_distance + 1, num_heads)
        self.max_distance = max_distance

    def forward(self, query_length: int, key_length: int) -> Tensor:
        device = self.table.weight.device
        distance = torch.arange(key_length, device=device) - torch.arange(query_length, device=device)[:, None]
        index = distance.clamp(min=-self.max_distance, max=self.max_distance) + self.max_distance
        return torch.movedim(self.table(index), -1, 0)
