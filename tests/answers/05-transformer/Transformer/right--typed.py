# Right: typed.
from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from mine import causal_mask, combine_masks, padding_mask, sinusoidal_encoding


class Transformer(nn.Module):
    """The encoder-decoder of Vaswani et al. (2017): logits for every next target token."""

    def __init__(
        self,
        source_vocab: int,
        target_vocab: int,
        d_model: int,
        num_heads: int,
        d_ff: int,
        num_layers: int,
        dropout: float = 0.0,
        pad_id: int = 0,
        pre_norm: bool = False,
    ) -> None:
        super().__init__()
        self.pad_id = pad_id
        self.scale = math.sqrt(d_model)
        self.source_embedding = nn.Embedding(num_embeddings=source_vocab, embedding_dim=d_model)
        self.target_embedding = nn.Embedding(num_embeddings=target_vocab, embedding_dim=d_model)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout=dropout, pre_norm=pre_norm)
        self.decoder = Decoder(num_layers, d_model, num_heads, d_ff, dropout=dropout, pre_norm=pre_norm)
        self.projection = nn.Linear(in_features=d_model, out_features=target_vocab)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)

    def embed(self, ids: Tensor, embedding: nn.Embedding) -> Tensor:
        vectors: Tensor = embedding(ids) * self.scale
        positions: Tensor = sinusoidal_encoding(ids.shape[1], vectors.shape[-1])
        return vectors + positions.to(device=vectors.device, dtype=vectors.dtype).unsqueeze(0)

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        mask: Tensor = padding_mask(source, self.pad_id)
        memory: Tensor = self.encoder(self.embed(source, self.source_embedding), mask)
        return memory, mask

    def decode(self, target: Tensor, memory: Tensor, mask: Tensor | None) -> Tensor:
        earlier = causal_mask(target.shape[1]).to(target.device)
        self_mask = combine_masks(padding_mask(target, self.pad_id), earlier)
        hidden: Tensor = self.decoder(self.embed(target, self.target_embedding), memory, self_mask, mask)
        return self.projection(hidden)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        memory, mask = self.encode(source)
        return self.decode(target, memory, mask)
