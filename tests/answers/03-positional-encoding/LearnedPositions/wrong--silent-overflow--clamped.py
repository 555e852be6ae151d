# Wrong: positions past the end all get the last vector, nothing is said.
import torch
import torch.nn as nn

class LearnedPositions(nn.Module):
    def __init__(self, max_length, d_model):
        super().__init__()
        self.max_length = max_length
        self.embedding = nn.Embedding(max_length, d_model)

    def forward(self, x):
        positions = torch.arange(x.shape[1], device=x.device).clamp(max=self.max_length - 1)
        return x + self.embedding(positions)
