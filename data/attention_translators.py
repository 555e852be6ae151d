"""Transformers from PyTorch's own layers, whole or with a part taken out: the long runs behind unit 05's tables."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.encodings import add_sinusoids
from data.parallel import BOS, EOS, PAD, Corpus, Encoded
from data.recurrent_translators import framed, until_end
from data.threads import one_thread


class EncoderDecoder(Protocol):
    """What unit 05's ``Transformer`` can do, and the models here."""

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """source ``(B, T_s)`` → memory ``(B, T_s, D)`` and its mask ``(B, 1, 1, T_s)``, True = a real token."""
        ...

    def decode(self, target: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        """target ``(B, T)`` → logits ``(B, T, V)``."""
        ...


@dataclass(frozen=True)
class Parts:
    """Which parts a Transformer has: all of them, unless one is taken out."""

    layers: int = 2
    heads: int = 4
    pre_norm: bool = True
    positions: bool = True
    scaled_embedding: bool = True
    small_start: bool = True
    residual: bool = True
    norm: bool = True
    feed_forward: bool = True
    encoder_attention: bool = True
    decoder_attention: bool = True
    cross_attention: bool = True
    causal: bool = True


class SubLayer(nn.Module):
    """A way past a function, and a norm in its place."""

    def __init__(self, width: int, parts: Parts) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width) if parts.norm else nn.Identity()
        self.parts = parts

    def forward(self, x: Tensor, function: Callable[[Tensor], Tensor]) -> Tensor:
        """x ``(B, T, D)`` → ``(B, T, D)``."""
        past = x if self.parts.residual else torch.zeros_like(x)
        found: Tensor = past + function(self.norm(x)) if self.parts.pre_norm else self.norm(past + function(x))
        return found


class Layer(nn.Module):
    """Self-attention, cross-attention where ``crosses``, and two linear maps; what a model lacks is left out."""

    def __init__(self, width: int, inner: int, parts: Parts, crosses: bool) -> None:
        super().__init__()
        attends = parts.decoder_attention if crosses else parts.encoder_attention
        self.own = nn.MultiheadAttention(width, parts.heads, batch_first=True) if attends else None
        crosses = crosses and parts.cross_attention
        self.cross = nn.MultiheadAttention(width, parts.heads, batch_first=True) if crosses else None
        maps = nn.Sequential(nn.Linear(width, inner), nn.ReLU(), nn.Linear(inner, width))
        self.maps = maps if parts.feed_forward else None
        functions = (self.own, self.cross, self.maps)
        self.ways = nn.ModuleList(SubLayer(width, parts) if function else nn.Identity() for function in functions)

    def forward(
        self, x: Tensor, hidden: Tensor | None, hidden_keys: Tensor, memory: Tensor | None, hidden_memory: Tensor
    ) -> Tensor:
        """x ``(B, T, D)`` → ``(B, T, D)``; what is hidden is True, as PyTorch's attention has it."""
        own, cross, maps = self.own, self.cross, self.maps
        if own is not None:
            x = self.ways[0](x, lambda z: attended(own, z, z, hidden_keys, hidden))
        if cross is not None and memory is not None:
            x = self.ways[1](x, lambda z: attended(cross, z, memory, hidden_memory))
        return self.ways[2](x, maps) if maps is not None else x


@torch.no_grad()
def start_small(model: nn.Module) -> None:
    """Draw a model's embeddings anew with standard deviation 1/√D: times √D, about as loud as a position."""
    for module in model.modules():
        if isinstance(module, nn.Embedding):
            module.weight.normal_(std=module.embedding_dim**-0.5)


def attended(
    attention: nn.MultiheadAttention, query: Tensor, keys: Tensor, hidden_keys: Tensor, hidden: Tensor | None = None
) -> Tensor:
    """Return the output of PyTorch's attention, without its weights."""
    found: Tensor = attention(query, keys, keys, key_padding_mask=hidden_keys, attn_mask=hidden, need_weights=False)[0]
    return found


class TorchTransformer(nn.Module):
    """An encoder-decoder from token ids to logits."""

    def __init__(self, source_vocab: int, target_vocab: int, parts: Parts, width: int, inner: int) -> None:
        super().__init__()
        self.parts = parts
        self.source_embedding = nn.Embedding(source_vocab, width)
        self.target_embedding = nn.Embedding(target_vocab, width)
        self.encoder = nn.ModuleList(Layer(width, inner, parts, crosses=False) for _ in range(parts.layers))
        self.decoder = nn.ModuleList(Layer(width, inner, parts, crosses=True) for _ in range(parts.layers))
        ends = parts.pre_norm and parts.norm
        self.encoder_norm = nn.LayerNorm(width) if ends else nn.Identity()
        self.decoder_norm = nn.LayerNorm(width) if ends else nn.Identity()
        self.projection = nn.Linear(width, target_vocab)
        if parts.small_start:
            start_small(self)

    def embed(self, ids: Tensor, embedding: nn.Embedding) -> Tensor:
        """ids ``(B, T)`` → ``(B, T, D)``."""
        width = embedding.embedding_dim
        vectors: Tensor = embedding(ids) * (math.sqrt(width) if self.parts.scaled_embedding else 1.0)
        return add_sinusoids(vectors) if self.parts.positions else vectors

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """source ``(B, T_s)`` → memory ``(B, T_s, D)`` and its mask ``(B, 1, 1, T_s)``, True = a real token."""
        hidden = source == PAD
        x = self.embed(source, self.source_embedding)
        for layer in self.encoder:
            x = layer(x, None, hidden, None, hidden)
        return self.encoder_norm(x), ~hidden[:, None, None]

    def decode(self, target: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        """target ``(B, T)`` → logits ``(B, T, V)``."""
        length = target.shape[1]
        future = torch.ones(length, length, dtype=torch.bool).triu(1) if self.parts.causal else None
        y = self.embed(target, self.target_embedding)
        for layer in self.decoder:
            y = layer(y, future, target == PAD, memory, ~mask[:, 0, 0])
        logits: Tensor = self.projection(self.decoder_norm(y))
        return logits


def built(parts: Parts, corpus: Corpus, seed: int, width: int = 64, inner: int = 256) -> TorchTransformer:
    """Return a model for a corpus, its weights drawn from a seed, the caller's random state left alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return TorchTransformer(len(corpus.source), len(corpus.target), parts, width, inner)


def few_digits(corpus: Corpus, most: int) -> Corpus:
    """Return the pairs of a corpus of numbers that have at most so many digits."""
    train, held_out = (
        tuple(pair for pair in pairs if int(pair.group) <= most) for pairs in (corpus.train, corpus.held_out)
    )
    return Corpus(train, held_out)


def loss_of(model: EncoderDecoder) -> Callable[[Encoded], Tensor]:
    """Return the loss by teacher forcing, all places of a batch at once, padding left out."""

    def loss(batch: Encoded) -> Tensor:
        decoder_input, labels = framed(batch)
        logits = model.decode(decoder_input, *model.encode(batch.source))
        return F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=PAD)

    return loss


def greedy(model: EncoderDecoder, longest: int, at_once: int = 100) -> Callable[[Tensor, Tensor], list[list[int]]]:
    """Return a translator that takes the most probable token at every step, at most ``longest`` of them.

    Sources are taken in groups of ``at_once``, those of one length together; every step reads all that was said again.
    """

    @torch.no_grad()
    @one_thread()
    def translate(source: Tensor, lengths: Tensor) -> list[list[int]]:
        said: dict[int, list[int]] = {}
        for rows in torch.split(lengths.argsort(stable=True), at_once):
            memory, mask = model.encode(source[rows][:, : int(lengths[rows].max())])
            said |= zip(rows.tolist(), _say(model, memory, mask, longest), strict=True)
        return [said[row] for row in range(len(source))]

    return translate


def _say(model: EncoderDecoder, memory: Tensor, mask: Tensor, longest: int) -> list[list[int]]:
    tokens = torch.full((len(memory), 1), BOS)
    for _ in range(longest):
        tokens = torch.cat([tokens, model.decode(tokens, memory, mask)[:, -1:].argmax(dim=-1)], dim=1)
        if (tokens == EOS).any(dim=1).all():
            break
    return [until_end(ids) for ids in tokens[:, 1:].tolist()]
