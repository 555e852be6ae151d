# Right: position by position, stacked again.
import torch
import torch.nn as nn

class LearnedPositions(nn.Module):
    def __init__(self, max_length, d_model):
        nn.Module.__init__(self)
        self.embedding = nn.Embedding(max_length, d_model)

    def forward(self, x):
        limit = len(self.embedding.weight)
        steps = x.unbind(dim=1)
        if len(steps) > limit:
            raise ValueError(f"at most {limit} positions, got {len(steps)}")
        return torch.stack([step + self.embedding.weight[t] for t, step in enumerate(steps)], dim=1)
