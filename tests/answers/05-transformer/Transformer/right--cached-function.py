# Right: cached function.
from functools import lru_cache

import torch
from torch import nn

from mine import causal_mask, padding_mask, sinusoidal_encoding

_positions = lru_cache(maxsize=32)(sinusoidal_encoding)


class Transformer(nn.Module):
    def __init__(self, source_vocab, target_vocab, d_model, num_heads, d_ff, num_layers, dropout=0.0, pad_id=0, pre_norm=False):
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, d_model)
        self.target_embedding = nn.Embedding(target_vocab, d_model)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.decoder = Decoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.projection = nn.Linear(d_model, target_vocab)
        self.drop = nn.Dropout(dropout)
        self.is_pad = lambda ids: ids == pad_id
        self.factor = d_model**0.5

    def _embed(self, embedding, ids):
        vectors = embedding(ids)
        return self.drop(torch.addcmul(_positions(ids.shape[1], vectors.shape[2]).to(vectors), vectors, vectors.new_tensor(self.factor)))

    def encode(self, source):
        mask = ~self.is_pad(source).reshape(len(source), 1, 1, -1)
        return self.encoder(x=self._embed(self.source_embedding, source), mask=mask), mask

    def decode(self, target, memory, mask):
        own = (~self.is_pad(target))[:, None, None] & causal_mask(target.shape[1]).to(target.device)
        return self.projection(self.decoder(self._embed(self.target_embedding, target), memory, own, mask))

    def forward(self, source, target):
        memory, mask = self.encode(source)
        return self.decode(target, memory=memory, mask=mask)
