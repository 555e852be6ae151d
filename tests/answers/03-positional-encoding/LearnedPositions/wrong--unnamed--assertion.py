# Wrong: an AssertionError is no ValueError.
import torch
import torch.nn as nn

class LearnedPositions(nn.Module):
    def __init__(self, max_length, d_model):
        super().__init__()
        self.embedding = nn.Embedding(max_length, d_model)

    def forward(self, x):
        assert x.shape[1] <= self.embedding.num_embeddings, "too long"
        return x + self.embedding(torch.arange(x.shape[1]))
