"""BERT with given weights, put together from PyTorch's own layers, and what its parts are called."""

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.judging.component import Given
from autograder.judging.draws import Draw
from autograder.judging.subject import Library
from autograder.units.u05_transformer.truth import (
    Shapes,
    State,
    below,
    encoder,
    encoder_layer_shapes,
    norm_shapes,
    parameters,
    stack_shapes,
)

FIXTURES = "autograder.judging.finetuning"
BERT = f"{FIXTURES}.bert"
GELU = Library("torch.nn.functional.gelu")
EPS = 1e-12
NAMED_BY_HUGGING_FACE = {
    "self_attention.q_proj": "attention.self.query",
    "self_attention.k_proj": "attention.self.key",
    "self_attention.v_proj": "attention.self.value",
    "self_attention.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "feed_forward.linear1": "intermediate.dense",
    "feed_forward.linear2": "output.dense",
    "norm2": "output.LayerNorm",
}


class Sizes(NamedTuple):
    """A BertConfig's fields, in the order of the task."""

    vocab_size: int
    hidden_size: int
    num_layers: int
    num_heads: int
    intermediate_size: int
    max_length: int
    num_segments: int = 2


def bert_sizes(draw: Draw, num_layers: int) -> Sizes:
    """Drawn sizes, no two alike."""
    heads, width = draw.choice([(2, 3), (3, 2), (2, 4)])
    intermediate, vocabulary, positions = draw.sizes(3, 9, 13)
    return Sizes(vocabulary, heads * width, num_layers, heads, intermediate, positions)


def given(sizes: Sizes) -> Given:
    """The model of these sizes, built on the student's side."""
    return Given(BERT, tuple(sizes))


def bert_shapes(sizes: Sizes) -> Shapes:
    """The names and shapes of a BertModel's parameters."""
    width = sizes.hidden_size
    norm = {f"embeddings.norm.{name}": shape for name, shape in norm_shapes(width).items()}
    layers = stack_shapes(encoder_layer_shapes(width, sizes.intermediate_size), sizes.num_layers)
    return {
        "embeddings.token.weight": (sizes.vocab_size, width),
        "embeddings.position.weight": (sizes.max_length, width),
        "embeddings.segment.weight": (sizes.num_segments, width),
        **norm,
        **{f"encoder.{name}": shape for name, shape in layers.items()},
        "pooler.weight": (width, width),
        "pooler.bias": (width,),
    }


def bert_state(draw: Draw, sizes: Sizes) -> State:
    """Random parameters for a BertModel."""
    return parameters(draw, bert_shapes(sizes))


def bert(sizes: Sizes, state: State, ids: Tensor, segments: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """The hidden states of the last layer (B, T, D) and the pooled vectors (B, D)."""
    x = F.embedding(ids, state["embeddings.token.weight"]) + F.embedding(segments, state["embeddings.segment.weight"])
    x = x + state["embeddings.position.weight"][: ids.shape[1]]
    norm = below(state, "embeddings.norm")
    x = F.layer_norm(x, (sizes.hidden_size,), norm["weight"], norm["bias"], EPS)
    init = (sizes.num_layers, sizes.hidden_size, sizes.num_heads, sizes.intermediate_size, 0.0, False, GELU, EPS)
    hidden = encoder(init, below(state, "encoder"), x, mask[:, None, None])
    return hidden, torch.tanh(F.linear(hidden[:, 0], state["pooler.weight"], state["pooler.bias"]))


def hugging_faces(state: State, prefix: str = "") -> State:
    """A BertModel's parameters by the names of Hugging Face's, as they stand in a checkpoint."""
    return {prefix + hugging_faces_name(name): tensor for name, tensor in state.items()}


def hugging_faces_name(name: str) -> str:
    """What Hugging Face calls a parameter of a BertModel."""
    part, _, kind = name.rpartition(".")
    if part.startswith("encoder.layers."):
        _, _, number, inner = part.split(".", 3)
        return f"encoder.layer.{number}.{NAMED_BY_HUGGING_FACE[inner]}.{kind}"
    if part == "embeddings.norm":
        return f"embeddings.LayerNorm.{kind}"
    if part == "embeddings.segment":
        return f"embeddings.token_type_embeddings.{kind}"
    if part == "pooler":
        return f"pooler.dense.{kind}"
    return f"embeddings.{part.removeprefix('embeddings.').replace('token', 'word')}_embeddings.{kind}"


def ragged(draw: Draw, batch: int, length: int) -> Tensor:
    """A mask (B, T) of real tokens, padded on the right, with one full row."""
    return torch.arange(length) < draw.lengths(batch, length)[:, None]


Version = Callable[..., Tensor]
