# Wrong: token logits plus positions.
import torch
from torch import nn
from mine import Encoder, LearnedPositions, causal_mask


class CausalLM(nn.Module):
    def __init__(self, vocab_size, max_length, d_model, num_heads, d_ff, num_layers, dropout=0.0):
        super().__init__()
        self.token_embedding = nn.Embedding(vocab_size, d_model)
        self.positions = LearnedPositions(max_length, d_model)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout=dropout, pre_norm=True)

    def forward(self, ids):
        x = self.positions(self.token_embedding(ids))
        mask = causal_mask(ids.shape[1]).to(ids.device)
        return (self.encoder(x, mask) + self.positions.embedding.weight[:ids.shape[1]]) @ self.token_embedding.weight.T
