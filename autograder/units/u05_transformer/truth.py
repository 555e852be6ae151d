"""PyTorch's own Transformer layers with given weights copied into them, and their parts put together otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from autograder.judging.draws import Draw
from autograder.judging.inprocess import library_object
from autograder.judging.subject import Library
from autograder.units.u04_multi_head_attention.multi_head_attention import pytorch as multi_head_attention

State = dict[str, Tensor]
Shapes = dict[str, tuple[int, ...]]
FORBIDDEN = ("torch.nn.Transformer*", "torch._transformer_encoder_layer_fwd")
PROJECTIONS = ("q_proj", "k_proj", "v_proj", "out_proj")
RELU = Library("torch.nn.functional.relu")
EPS = 1e-5
OTHER_OPTIONS = (Library("torch.cos"), 0.3)
"""An activation that is not 0 at 0 and an eps that matters."""
THEIRS = {"self_attention": "self_attn", "cross_attention": "multihead_attn"}


class Sizes(NamedTuple):
    """What a layer is constructed with, in the contract's order; what is left out has its default value."""

    d_model: int
    num_heads: int
    d_ff: int
    dropout: float = 0.0
    pre_norm: bool = False
    activation: Library = RELU
    norm_eps: float = EPS


def layer_sizes(draw: Draw) -> tuple[int, int, int]:
    """Drawn num_heads, d_model and d_ff, no two alike and no head as wide as there are heads."""
    heads, width = draw.choice([(2, 3), (3, 2), (2, 4)])
    return heads, heads * width, draw.size(9, 11)


def attention_shapes(d_model: int) -> Shapes:
    """The parameters of a MultiHeadAttention."""
    weights: Shapes = {f"{name}.weight": (d_model, d_model) for name in PROJECTIONS}
    return weights | {f"{name}.bias": (d_model,) for name in PROJECTIONS}


def feed_forward_shapes(d_model: int, d_ff: int) -> Shapes:
    """The parameters of a FeedForward."""
    return {
        "linear1.weight": (d_ff, d_model),
        "linear1.bias": (d_ff,),
        "linear2.weight": (d_model, d_ff),
        "linear2.bias": (d_model,),
    }


def norm_shapes(d_model: int) -> Shapes:
    """The parameters of an nn.LayerNorm."""
    return {"weight": (d_model,), "bias": (d_model,)}


def encoder_layer_shapes(d_model: int, d_ff: int) -> Shapes:
    """The parameters of an EncoderLayer."""
    norms = {f"norm{i}": norm_shapes(d_model) for i in (1, 2)}
    return _prefixed(
        {"self_attention": attention_shapes(d_model), "feed_forward": feed_forward_shapes(d_model, d_ff)} | norms
    )


def decoder_layer_shapes(d_model: int, d_ff: int) -> Shapes:
    """The parameters of a DecoderLayer."""
    own = _prefixed({"cross_attention": attention_shapes(d_model), "norm3": norm_shapes(d_model)})
    return encoder_layer_shapes(d_model, d_ff) | own


def stack_shapes(layer: Shapes, num_layers: int, final_norm: int = 0) -> Shapes:
    """The parameters of several layers, and of a norm of that width after them."""
    layers = _prefixed({f"layers.{i}": layer for i in range(num_layers)})
    return layers | (_prefixed({"norm": norm_shapes(final_norm)}) if final_norm else {})


@lru_cache(maxsize=64)
def transformer_shapes(
    source_vocab: int, target_vocab: int, d_model: int, d_ff: int, num_layers: int, pre_norm: bool = False
) -> Shapes:
    """The parameters of a Transformer."""
    final_norm = d_model if pre_norm else 0
    return _prefixed(
        {
            "source_embedding": {"weight": (source_vocab, d_model)},
            "target_embedding": {"weight": (target_vocab, d_model)},
            "encoder": stack_shapes(encoder_layer_shapes(d_model, d_ff), num_layers, final_norm),
            "decoder": stack_shapes(decoder_layer_shapes(d_model, d_ff), num_layers, final_norm),
            "projection": {"weight": (target_vocab, d_model), "bias": (target_vocab,)},
        }
    )


def _prefixed(parts: Mapping[str, Shapes]) -> Shapes:
    return {f"{part}.{name}": shape for part, shapes in parts.items() for name, shape in shapes.items()}


def parameters(draw: Draw, shapes: Shapes) -> State:
    """Random parameters, no two alike and no bias zero; matrices keep the size of what they multiply."""
    return {
        name: draw.normal(*shape, scale=shape[-1] ** -0.5 if len(shape) > 1 else 1.0) for name, shape in shapes.items()
    }


def double(state: State) -> State:
    """The same parameters in float64."""
    return {name: tensor.double() for name, tensor in state.items()}


def below(state: Mapping[str, Tensor], part: str) -> State:
    """The parameters of a sub-module, by their names in it."""
    return {name.removeprefix(f"{part}."): tensor for name, tensor in state.items() if name.startswith(f"{part}.")}


def pytorchs(state: State) -> State:
    """The parameters by PyTorch's names, those of query, key and value in one."""
    found = {name.removeprefix("feed_forward."): tensor for name, tensor in state.items() if "attention" not in name}
    for ours, theirs in THEIRS.items():
        if own := below(state, ours):
            for kind in ("weight", "bias"):
                found[f"{theirs}.in_proj_{kind}"] = torch.cat([own[f"{name}.{kind}"] for name in PROJECTIONS[:3]])
                found[f"{theirs}.out_proj.{kind}"] = own[f"out_proj.{kind}"]
    return found


@lru_cache(maxsize=64)
def _layer(kind: Callable[..., nn.Module], sizes: Sizes) -> nn.Module:
    """A layer of PyTorch's; in training mode, without dropout, it takes the path that can be differentiated."""
    with torch.random.fork_rng(devices=[]):
        return kind(
            sizes.d_model,
            sizes.num_heads,
            sizes.d_ff,
            dropout=0.0,
            activation=library_object(sizes.activation.path),
            layer_norm_eps=sizes.norm_eps,
            batch_first=True,
            norm_first=sizes.pre_norm,
        ).train()


@lru_cache(maxsize=64)
def _stack(kind: Callable[..., nn.Module], num_layers: int, sizes: Sizes) -> nn.Module:
    norm = nn.LayerNorm(sizes.d_model, sizes.norm_eps) if sizes.pre_norm else None
    if kind is nn.TransformerEncoder:
        layer = _layer(nn.TransformerEncoderLayer, sizes)
        return nn.TransformerEncoder(layer, num_layers, norm, enable_nested_tensor=False).train()  # type: ignore[arg-type]
    return nn.TransformerDecoder(_layer(nn.TransformerDecoderLayer, sizes), num_layers, norm).train()  # type: ignore[arg-type]


def hidden(mask: Tensor | None, heads: int, query: Tensor, key: Tensor) -> Tensor | None:
    """A mask as PyTorch's layers want it: True is hidden, one matrix for each head of each sequence."""
    if mask is None:
        return None
    return ~mask.expand(len(query), heads, query.shape[1], key.shape[1]).flatten(0, 1)


def encoder_layer(init: tuple[Any, ...], state: State, x: Tensor, mask: Tensor | None = None) -> Tensor:
    """nn.TransformerEncoderLayer."""
    sizes = Sizes(*init)
    masks = {"src_mask": hidden(mask, sizes.num_heads, x, x)}
    found: Tensor = functional_call(_layer(nn.TransformerEncoderLayer, sizes), pytorchs(state), (x,), masks)
    return found


def decoder_layer(
    init: tuple[Any, ...],
    state: State,
    y: Tensor,
    memory: Tensor,
    self_mask: Tensor | None = None,
    memory_mask: Tensor | None = None,
) -> Tensor:
    """nn.TransformerDecoderLayer."""
    sizes = Sizes(*init)
    masks = {
        "tgt_mask": hidden(self_mask, sizes.num_heads, y, y),
        "memory_mask": hidden(memory_mask, sizes.num_heads, y, memory),
    }
    found: Tensor = functional_call(_layer(nn.TransformerDecoderLayer, sizes), pytorchs(state), (y, memory), masks)
    return found


def encoder(init: tuple[Any, ...], state: State, x: Tensor, mask: Tensor | None = None) -> Tensor:
    """nn.TransformerEncoder."""
    num_layers, sizes = init[0], Sizes(*init[1:])
    masks = {"mask": hidden(mask, sizes.num_heads, x, x)}
    stack = _stack(nn.TransformerEncoder, num_layers, sizes)
    found: Tensor = functional_call(stack, stacked(state, num_layers), (x,), masks)
    return found


def decoder(
    init: tuple[Any, ...],
    state: State,
    y: Tensor,
    memory: Tensor,
    self_mask: Tensor | None = None,
    memory_mask: Tensor | None = None,
) -> Tensor:
    """nn.TransformerDecoder."""
    num_layers, sizes = init[0], Sizes(*init[1:])
    masks = {
        "tgt_mask": hidden(self_mask, sizes.num_heads, y, y),
        "memory_mask": hidden(memory_mask, sizes.num_heads, y, memory),
    }
    stack = _stack(nn.TransformerDecoder, num_layers, sizes)
    found: Tensor = functional_call(stack, stacked(state, num_layers), (y, memory), masks)
    return found


def stacked(state: State, num_layers: int) -> State:
    """The parameters of several layers, and of the norm after them if there is one, by PyTorch's names."""
    found = {f"norm.{name}": tensor for name, tensor in below(state, "norm").items()}
    for i in range(num_layers):
        layer = pytorchs(below(state, f"layers.{i}"))
        found |= {f"layers.{i}.{name}": tensor for name, tensor in layer.items()}
    return found


def layer_normed(sizes: Sizes, state: State, x: Tensor) -> Tensor:
    """The norm that comes after a stack's layers."""
    return Parts(sizes, state).norm("norm", x)


def with_layers_from(state: State, num_layers: int, which: int) -> State:
    """A stack's parameters with those of one layer in all layers."""
    layer = below(state, f"layers.{range(num_layers)[which]}")
    copies = {f"layers.{i}.{name}": tensor for i in range(num_layers) for name, tensor in layer.items()}
    return {**state, **copies}


@dataclass(frozen=True)
class Parts:
    """A layer's parts, each as PyTorch's function of it, to be put together in other ways than they should be."""

    sizes: Sizes
    state: State

    def attend(self, name: str, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
        """The output of the attention of that name."""
        init = (self.sizes.d_model, self.sizes.num_heads)
        return multi_head_attention(init, below(self.state, name), query, key, value, mask)[0]

    def feed_forward(self, x: Tensor) -> Tensor:
        """The output of the feed-forward block."""
        linear = below(self.state, "feed_forward")
        inner = library_object(self.sizes.activation.path)(
            F.linear(x, linear["linear1.weight"], linear["linear1.bias"])
        )
        return F.linear(inner, linear["linear2.weight"], linear["linear2.bias"])

    def norm(self, name: str, x: Tensor) -> Tensor:
        """The output of the norm of that name."""
        weights = below(self.state, name)
        return F.layer_norm(x, (x.shape[-1],), weights["weight"], weights["bias"], self.sizes.norm_eps)

    def step(self, x: Tensor, sublayer: Callable[[Tensor], Tensor], norm: str, skip: bool = True) -> Tensor:
        """A sub-layer with its norm, and with or without the way past it."""
        if self.sizes.pre_norm:
            return skip * x + sublayer(self.norm(norm, x))
        return self.norm(norm, skip * x + sublayer(x))
