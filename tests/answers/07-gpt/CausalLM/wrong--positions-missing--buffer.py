# Wrong: positions missing, buffer.
import torch
from torch import Tensor, nn
from mine import Encoder, LearnedPositions

class CausalLM(nn.Module):
    """Decoder-only language model with tied embeddings."""

    def __init__(self, vocab_size: int, max_length: int, d_model: int, num_heads: int, d_ff: int, num_layers: int,
                 dropout: float = 0.0) -> None:
        super().__init__()
        self.vocab_size, self.max_length = vocab_size, max_length
        self.token_embedding = nn.Embedding(vocab_size, d_model)
        self.positions = LearnedPositions(max_length, d_model)
        self.dropout = nn.Dropout(dropout)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout=dropout, pre_norm=True)
        ones = torch.ones(max_length, max_length, dtype=torch.bool)
        self.register_buffer("causal", ones.tril(), persistent=False)

    def forward(self, ids: Tensor) -> Tensor:
        length = ids.shape[-1]
        x: Tensor = self.dropout(self.token_embedding(ids))
        x = self.encoder(x, self.causal[:length, :length])
        return torch.einsum("btd,vd->btv", x, self.token_embedding.weight)
