# Right: a mask with axes for batch and heads; positions built before the tokens.
import torch
from torch import nn
from mine import Encoder, LearnedPositions

def look_back(n, device):
    rows = [[column <= row for column in range(n)] for row in range(n)]
    return torch.tensor(rows, device=device).reshape(1, 1, n, n)

class CausalLM(nn.Module):
    def __init__(self, vocab_size, max_length, d_model, num_heads, d_ff, num_layers, dropout=0.0):
        super().__init__()
        self.positions = LearnedPositions(max_length, d_model)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm=True)
        self.token_embedding = nn.Embedding(vocab_size, d_model)

    def forward(self, ids):
        table = self.token_embedding.weight
        hidden = self.encoder(self.positions(table[ids]), look_back(ids.shape[1], ids.device))
        B, T, D = hidden.shape
        return (hidden.reshape(B * T, D) @ table.t()).reshape(B, T, -1)
