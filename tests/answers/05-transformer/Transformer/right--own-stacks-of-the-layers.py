# Right: own stacks of the layers.
import math
import torch
import torch.nn.functional as F
from torch import nn

class _Stack(nn.Module):
    def __init__(self, layer, num_layers, d_model, num_heads, d_ff, dropout, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layer(d_model, num_heads, d_ff, dropout, pre_norm) for _ in range(num_layers))
        if pre_norm:
            self.norm = nn.LayerNorm(d_model)

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x, *rest)
        return self.norm(x) if hasattr(self, "norm") else x

def _encoding(length, width):
    rows = [[math.sin(t / 10000 ** (c / width)) if c % 2 == 0 else math.cos(t / 10000 ** ((c - 1) / width))
             for c in range(width)] for t in range(length)]
    return torch.tensor(rows, dtype=torch.float64)

class Transformer(nn.Module):
    def __init__(self, source_vocab, target_vocab, d_model, num_heads, d_ff, num_layers, dropout=0.0, pad_id=0, pre_norm=False):
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, d_model)
        self.target_embedding = nn.Embedding(target_vocab, d_model)
        self.encoder = _Stack(EncoderLayer, num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.decoder = _Stack(DecoderLayer, num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.projection = nn.Linear(d_model, target_vocab)
        self.pad_id = pad_id

    def _embed(self, ids, table):
        one_hot = F.one_hot(ids, table.num_embeddings).to(table.weight.dtype)
        x = one_hot @ table.weight * math.sqrt(table.embedding_dim)
        return x + _encoding(ids.shape[1], table.embedding_dim).to(x)

    def encode(self, source):
        mask = (source != self.pad_id).unsqueeze(1).unsqueeze(2)
        return self.encoder(self._embed(source, self.source_embedding), mask), mask

    def decode(self, target, memory, mask):
        T = target.shape[1]
        later = torch.triu(torch.ones(T, T, device=target.device), diagonal=1) > 0
        own = ~later & (target != self.pad_id).unsqueeze(1).unsqueeze(2)
        return self.projection(self.decoder(self._embed(target, self.target_embedding), memory, own, mask))

    def forward(self, source, target):
        return self.decode(target, *self.encode(source))
