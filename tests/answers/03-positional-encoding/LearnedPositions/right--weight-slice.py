# Right: slices the embedding's weight.
from torch import nn, Tensor

class LearnedPositions(nn.Module):
    """x + a learned vector per position."""

    def __init__(self, max_length: int, d_model: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(num_embeddings=max_length, embedding_dim=d_model)

    def forward(self, x: Tensor) -> Tensor:
        length = x.shape[1]
        if length > self.embedding.num_embeddings:
            raise ValueError(f"{length} positions asked for, only {self.embedding.num_embeddings} learned")
        return x + self.embedding.weight[None, :length]
