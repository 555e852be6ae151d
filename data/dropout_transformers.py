"""PyTorch's own Transformer layers from token ids to logits, with dropout: the long runs behind unit 06's tables."""

import math
from collections.abc import Mapping
from typing import Final

import torch
from torch import Tensor, nn

from data.attention_translators import start_small
from data.encodings import add_sinusoids
from data.parallel import PAD, Corpus

State = Mapping[str, Tensor]

HEADS: Final = 4

_RENAMED: Final = {
    "self_attn": "self_attention",
    "multihead_attn": "cross_attention",
    "linear1": "feed_forward.linear1",
    "linear2": "feed_forward.linear2",
}


class Translator(nn.Module):
    """An encoder-decoder with the methods of unit 05's ``Transformer``."""

    def __init__(
        self, source_vocab: int, target_vocab: int, width: int, layers: int, dropout: float, pre_norm: bool
    ) -> None:
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, width)
        self.target_embedding = nn.Embedding(target_vocab, width)
        sizes = (width, HEADS, 4 * width, dropout)
        layer = nn.TransformerEncoderLayer(*sizes, batch_first=True, norm_first=pre_norm)
        self.encoder = nn.TransformerEncoder(
            layer, layers, nn.LayerNorm(width) if pre_norm else None, enable_nested_tensor=False
        )
        other = nn.TransformerDecoderLayer(*sizes, batch_first=True, norm_first=pre_norm)
        self.decoder = nn.TransformerDecoder(other, layers, nn.LayerNorm(width) if pre_norm else None)
        self._draw_matrices()
        self._drop_only_what_is_added()
        self.projection = nn.Linear(width, target_vocab)
        self.dropout = nn.Dropout(dropout)
        start_small(self)

    def _draw_matrices(self) -> None:
        """Draw every layer anew: PyTorch copies the first one, so that all would start alike."""
        for parameter in (*self.encoder.parameters(), *self.decoder.parameters()):
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)

    def _drop_only_what_is_added(self) -> None:
        """Leave dropout on the embeddings and on what each sub-layer adds (Vaswani et al. 2017, section 5.4).

        PyTorch's layers also drop attention weights and hidden units; on a CPU that doubles the time of a step.
        """
        for module in self.modules():
            if isinstance(module, nn.MultiheadAttention):
                module.dropout = 0.0
            if isinstance(module, nn.TransformerEncoderLayer | nn.TransformerDecoderLayer):
                module.dropout = nn.Dropout(0.0)

    def embed(self, ids: Tensor, embedding: nn.Embedding) -> Tensor:
        """ids ``(B, T)`` → ``(B, T, D)``."""
        embedded: Tensor = self.dropout(add_sinusoids(embedding(ids) * math.sqrt(embedding.embedding_dim)))
        return embedded

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """source ``(B, T_s)`` → memory ``(B, T_s, D)`` and its mask ``(B, 1, 1, T_s)``, True = a real token."""
        hidden = source == PAD
        x = self.embed(source, self.source_embedding)
        return self.encoder(x, src_key_padding_mask=hidden), ~hidden[:, None, None]

    def decode(self, target: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        """target ``(B, T)`` → logits ``(B, T, V)``."""
        length = target.shape[1]
        y = self.decoder(
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
        return Translator(len(corpus.source), len(corpus.target), width, layers, dropout, pre_norm)


def for_students(state: State) -> dict[str, Tensor]:
    """Return a ``Translator``'s weights under the names of unit 05's ``Transformer``, each projection by itself."""
    named: dict[str, Tensor] = {}
    for name, tensor in state.items():
        for theirs, ours in _RENAMED.items():
            name = name.replace(theirs, ours)
        module, _, kind = name.rpartition(".in_proj_")
        if not module:
            named[name] = tensor
            continue
        for part, third in zip("qkv", tensor.chunk(3), strict=True):
            named[f"{module}.{part}_proj.{kind}"] = third.contiguous()
    return named
