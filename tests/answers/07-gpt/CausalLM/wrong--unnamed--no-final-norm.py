# Wrong: no final norm.
import torch
from torch import nn
from mine import Encoder, LearnedPositions

class CausalLM(nn.Module):
    def __init__(self, vocab_size, max_length, d_model, num_heads, d_ff, num_layers, dropout=0.0):
        super().__init__()
        settings = dict(num_layers=num_layers, d_model=d_model, num_heads=num_heads, d_ff=d_ff)
        self.token_embedding = nn.Embedding(vocab_size, d_model)
        self.positions = LearnedPositions(max_length, d_model)
        self.encoder = Encoder(**settings, dropout=dropout, pre_norm=True)

    def embed(self, ids):
        return self.positions(self.token_embedding(ids))

    def unembed(self, hidden):
        return torch.matmul(hidden, self.token_embedding.weight.transpose(0, 1))

    def forward(self, ids):
        x = self.embed(ids)
        future = torch.ones(x.shape[1], x.shape[1], device=x.device).triu(diagonal=1).bool()
        for layer in self.encoder.layers:
            x = layer(x, ~future)
        print("hidden:", tuple(x.shape))
        return self.unembed(x)
