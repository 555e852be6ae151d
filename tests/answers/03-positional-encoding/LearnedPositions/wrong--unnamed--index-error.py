# Wrong: a sequence that is too long ends in the embedding's IndexError instead of a ValueError.
import torch
import torch.nn as nn

class LearnedPositions(nn.Module):
    def __init__(self, max_length, d_model):
        super().__init__()
        self.embedding = nn.Embedding(max_length, d_model)

    def forward(self, x):
        return x + self.embedding(torch.arange(x.shape[1], device=x.device))
