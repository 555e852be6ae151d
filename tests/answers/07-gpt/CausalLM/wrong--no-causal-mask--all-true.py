# Wrong: no causal mask, all true.
import torch
import torch.nn as nn
import torch.nn.functional as F
from mine import Encoder
from mine import LearnedPositions

class CausalLM(nn.Module):
    def __init__(self, vocab_size, max_length, d_model, num_heads, d_ff, num_layers, dropout=0.0):
        super(CausalLM, self).__init__()
        self.token_embedding = nn.Embedding(vocab_size, d_model)
        self.positions = LearnedPositions(max_length, d_model)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout, True, F.relu)

    def forward(self, ids):
        B, T = ids.shape
        triangle = torch.ones(T, T, dtype=torch.bool, device=ids.device)
        hidden = self.encoder(self.positions(self.token_embedding(ids)), triangle)
        return F.linear(hidden, self.token_embedding.weight)
