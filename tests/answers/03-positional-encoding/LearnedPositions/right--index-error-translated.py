# Right: the embedding's own IndexError becomes a ValueError that says what to do; prints the shape.
import torch
import torch.nn as nn

class LearnedPositions(nn.Module):
    def __init__(self, max_length, d_model):
        super().__init__()
        self.embedding = nn.Embedding(max_length, d_model)

    def forward(self, x):
        print("positions for", tuple(x.shape))
        try:
            positions = self.embedding(torch.arange(x.shape[1], device=x.device))
        except IndexError:
            raise ValueError(
                f"x has {x.shape[1]} positions, max_length is {self.embedding.num_embeddings}: shorten the input"
            ) from None
        return positions.unsqueeze(0).expand_as(x) + x
