# Right: bert is kept in a list, so it is no sub-module, and its weight is read at every call.
import torch
from torch import nn

class PretrainingHeads(nn.Module):
    def __init__(self, bert):
        super().__init__()
        self.body = [bert]
        size = bert.config.hidden_size
        self.transform = nn.Linear(size, size)
        self.activation = nn.GELU()
        self.norm = nn.LayerNorm(size, eps=1e-12)
        self.decoder_bias = nn.Parameter(torch.zeros(bert.config.vocab_size))
        self.next_sentence = nn.Linear(size, 2)

    def forward(self, hidden, pooled):
        table = self.body[0].embeddings.token.weight
        z = self.norm(self.activation(self.transform(hidden)))
        logits = torch.einsum("btd,vd->btv", z, table).add(self.decoder_bias)
        return logits, self.next_sentence(pooled)
