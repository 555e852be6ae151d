# Right: a head without bias whose weight is the embedding's parameter.
import torch
from torch import nn
from mine import Encoder, LearnedPositions

class CausalLM(nn.Module):
    def __init__(self, vocab_size, max_length, d_model, num_heads, d_ff, num_layers, dropout=0.0):
        super().__init__()
        self.token_embedding = nn.Embedding(vocab_size, d_model)
        nn.init.normal_(self.token_embedding.weight, std=0.02)
        self.positions = LearnedPositions(max_length, d_model)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm=True)
        self.head = nn.Linear(d_model, vocab_size, bias=False)
        self.head.weight = self.token_embedding.weight

    def forward(self, ids):
        i = torch.arange(ids.size(1), device=ids.device)
        hidden = self.positions(self.token_embedding(ids))
        hidden = self.encoder(hidden, mask=i[:, None] >= i[None, :])
        return self.head(hidden)
