"""PyTorch's own ``nn.Transformer`` from token ids to logits, with dropout: the long runs behind unit 06's tables."""

import math

import torch
from torch import Tensor, nn

from data.attention_translators import start_small
from data.encodings import add_sinusoids
from data.parallel import PAD, Corpus


class Translator(nn.Module):
    """An encoder-decoder with the methods of unit 05's ``Transformer``."""

    def __init__(
        self,
        source_vocab: int,
        target_vocab: int,
        width: int = 64,
        heads: int = 4,
        layers: int = 2,
        dropout: float = 0.0,
        pre_norm: bool = True,
    ) -> None:
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, width)
        self.target_embedding = nn.Embedding(target_vocab, width)
        self.transformer = nn.Transformer(
            width, heads, layers, layers, 4 * width, dropout, batch_first=True, norm_first=pre_norm
        )
        if not pre_norm:  # PyTorch ends both stacks with a norm in either order; in this one the last layer has done it
            self.transformer.encoder.norm = self.transformer.decoder.norm = None
        self.projection = nn.Linear(width, target_vocab)
        self.dropout = nn.Dropout(dropout)
        start_small(self)

    def embed(self, ids: Tensor, embedding: nn.Embedding) -> Tensor:
        """ids ``(B, T)`` → ``(B, T, D)``."""
        embedded: Tensor = self.dropout(add_sinusoids(embedding(ids) * math.sqrt(embedding.embedding_dim)))
        return embedded

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """source ``(B, T_s)`` → memory ``(B, T_s, D)`` and its mask ``(B, 1, 1, T_s)``, True = a real token."""
        hidden = source == PAD
        x = self.embed(source, self.source_embedding)
        return self.transformer.encoder(x, src_key_padding_mask=hidden), ~hidden[:, None, None]

    def decode(self, target: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        """target ``(B, T)`` → logits ``(B, T, V)``."""
        length = target.shape[1]
        y = self.transformer.decoder(
            self.embed(target, self.target_embedding),
            memory,
            tgt_mask=torch.ones(length, length, dtype=torch.bool).triu(1),
            tgt_key_padding_mask=target == PAD,
            memory_key_padding_mask=~mask[:, 0, 0],
        )
        logits: Tensor = self.projection(y)
        return logits


def built(
    corpus: Corpus, seed: int, width: int = 64, layers: int = 2, dropout: float = 0.0, pre_norm: bool = True
) -> Translator:
    """Return a model for a corpus, its weights drawn from a seed, the caller's random state left alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Translator(len(corpus.source), len(corpus.target), width, 4, layers, dropout, pre_norm)
