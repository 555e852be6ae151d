"""A BERT with the parts that unit 08's has, for tests that must not wait for a lesson."""

from dataclasses import dataclass
from types import ModuleType

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.judging.fixtures import MultiHeadAttention


@dataclass(frozen=True)
class BertConfig:
    vocab_size: int
    hidden_size: int
    num_layers: int
    num_heads: int
    intermediate_size: int
    max_length: int = 512
    num_segments: int = 2
    dropout: float = 0.0


class Embeddings(nn.Module):
    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.token = nn.Embedding(config.vocab_size, config.hidden_size)
        self.position = nn.Embedding(config.max_length, config.hidden_size)
        self.segment = nn.Embedding(config.num_segments, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size, eps=1e-12)

    def forward(self, ids: Tensor, segments: Tensor) -> Tensor:
        positions = self.position(torch.arange(ids.shape[1]))
        normed: Tensor = self.norm(self.token(ids) + positions + self.segment(segments))
        return normed


class Layer(nn.Module):
    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.self_attention = MultiHeadAttention(width, config.num_heads)
        self.feed_forward = nn.ModuleDict(
            {
                "linear1": nn.Linear(width, config.intermediate_size),
                "linear2": nn.Linear(config.intermediate_size, width),
            }
        )
        self.norm1, self.norm2 = (nn.LayerNorm(width, eps=1e-12) for _ in range(2))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = self.norm1(x + self.dropout(self.self_attention(x, x, x, mask)[0]))
        inner = F.gelu(self.feed_forward["linear1"](x))
        normed: Tensor = self.norm2(x + self.dropout(self.feed_forward["linear2"](inner)))
        return normed


class Encoder(nn.Module):
    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_layers))
        self.norm = None

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x, mask)
        return x


class BertModel(nn.Module):
    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.pooler = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.encoder(self.embeddings(ids, segments), mask[:, None, None, :])
        return hidden, self.pooler(hidden[:, 0]).tanh()


def masked_lm_loss(logits: Tensor, labels: Tensor) -> Tensor:
    losses = F.cross_entropy(logits.mT, labels, reduction="sum")
    return losses / (labels != -100).sum().clamp(min=1)


def mine() -> ModuleType:
    """The module that ``from mine import …`` is to find."""
    module = ModuleType("mine")
    module.__dict__.update(BertConfig=BertConfig, BertModel=BertModel, masked_lm_loss=masked_lm_loss)
    return module
