"""BERT's parts from PyTorch's own: embeddings and layer norm, nn.TransformerEncoder; what parameters there are."""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch.nn.functional as F
from torch import Tensor

from autograder.judging.subject import Library
from autograder.units.u05_transformer.truth import (
    Shapes,
    State,
    below,
    encoder,
    encoder_layer_shapes,
    norm_shapes,
    stack_shapes,
)

EPS = 1e-12
GELU = Library("torch.nn.functional.gelu")
CONFIG = "autograder.judging.fixtures.BertConfig"
Change = Callable[[Tensor], Tensor]


class Config(NamedTuple):
    """What a BertConfig is constructed with, in the contract's order."""

    vocab_size: int
    hidden_size: int
    num_layers: int
    num_heads: int
    intermediate_size: int
    max_length: int = 512
    num_segments: int = 2
    dropout: float = 0.0


def same(x: Tensor) -> Tensor:
    """No change."""
    return x


def normed(state: State, part: str, x: Tensor, eps: float = EPS) -> Tensor:
    """F.layer_norm with the weights of a part."""
    own = below(state, part)
    return F.layer_norm(x, (x.shape[-1],), own["weight"], own["bias"], eps)


def linear(state: State, part: str, x: Tensor) -> Tensor:
    """F.linear with the weights of a part."""
    own = below(state, part)
    return F.linear(x, own["weight"], own["bias"])


def embedded(state: State, ids: Tensor, segments: Tensor, token: Change = same, segment: Change = same) -> Tensor:
    """The three embeddings of every position, added."""
    positions = state["position.weight"][: ids.shape[1]]
    own = F.embedding(segments, state["segment.weight"])
    return token(F.embedding(ids, state["token.weight"])) + positions + segment(own)


def embeddings(state: State, ids: Tensor, segments: Tensor) -> Tensor:
    """The three embeddings of every position, added and normalised."""
    return normed(state, "norm", embedded(state, ids, segments))


def encoded(config: Config, state: State, x: Tensor, mask: Tensor | None, activation: Library = GELU) -> Tensor:
    """What nn.TransformerEncoder makes of embeddings (B, T, D), where positions that the mask (B, T) hides aren't seen."""
    sizes = (config.num_layers, config.hidden_size, config.num_heads, config.intermediate_size)
    hidden = None if mask is None else mask[:, None, None, :]
    return encoder((*sizes, 0.0, False, activation, EPS), below(state, "encoder"), x, hidden)


def embedding_shapes(vocab_size: int, max_length: int, d_model: int, num_segments: int = 2) -> Shapes:
    """The parameters of BertEmbeddings."""
    return {
        "token.weight": (vocab_size, d_model),
        "position.weight": (max_length, d_model),
        "segment.weight": (num_segments, d_model),
        **{f"norm.{name}": shape for name, shape in norm_shapes(d_model).items()},
    }


def bert_shapes(config: Config) -> Shapes:
    """The parameters of a BertModel."""
    width = config.hidden_size
    parts: dict[str, Shapes] = {
        "embeddings": embedding_shapes(config.vocab_size, config.max_length, width, config.num_segments),
        "encoder": stack_shapes(encoder_layer_shapes(width, config.intermediate_size), config.num_layers),
        "pooler": {"weight": (width, width), "bias": (width,)},
    }
    return {f"{part}.{name}": shape for part, shapes in parts.items() for name, shape in shapes.items()}


def of(init: tuple[Any, ...]) -> Config:
    """The sizes of a described BertConfig or BertModel, the constructor's first argument."""
    return Config(*init[0].args)
