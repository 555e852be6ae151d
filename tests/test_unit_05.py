"""Unit 05: the oracles against PyTorch's models and other truths; right answers in many styles; wrong ones by name."""

import copy
import math
from collections.abc import Callable, Iterator
from functools import partial, reduce
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.judging.draws import Draw
from autograder.judging.inprocess import InProcessSubject
from autograder.judging.judge import judge
from autograder.units import find_component
from autograder.units.u05_transformer import (
    count_parameters,
    decoder,
    decoder_layer,
    encoder,
    encoder_layer,
    transformer,
    truth,
)

SEEDS = range(3)
relu = F.relu


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def verdict_on(name: str, answer: Any, seed: int = 1) -> Any:
    component = find_component(name, "05-transformer")[1]
    return judge(component, InProcessSubject(answer, component.forbidden), seed)


# What units 03 and 04 give, in few lines.


def positions(length: int, d_model: int) -> Tensor:
    angles = torch.arange(length)[:, None] / 10_000.0 ** (2 * (torch.arange(d_model) // 2) / d_model)
    return torch.where(torch.arange(d_model) % 2 == 1, angles.cos(), angles.sin())


class Attention(nn.Module):
    """Multi-head attention by einsum, without NaN where nothing can be seen."""

    def __init__(self, d_model: int, num_heads: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.num_heads, self.rate = num_heads, dropout
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d_model, d_model) for _ in range(4))

    def forward(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        q, k, v = (
            linear(x).unflatten(-1, (self.num_heads, -1))
            for linear, x in ((self.q_proj, query), (self.k_proj, key), (self.v_proj, value))
        )
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) / math.sqrt(q.shape[-1])
        if mask is not None:
            scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
        weights = scores.softmax(-1)
        if mask is not None:
            weights = weights * mask
        weights = F.dropout(weights, self.rate, self.training)
        return self.out_proj(torch.einsum("bhqk,bkhd->bqhd", weights, v).flatten(-2)), weights


# The oracles.


def drawn(name: str, seed: int = 1) -> Any:
    return find_component(name, "05-transformer")[1].draw(Draw(seed, name)).items()


def close(found: Tensor, expected: Tensor) -> None:
    tolerance = 1e-4 if expected.dtype == torch.float32 else 1e-9
    torch.testing.assert_close(found, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    ("name", "versions"),
    [
        ("EncoderLayer", (truth.encoder_layer, encoder_layer.varied())),
        ("DecoderLayer", (truth.decoder_layer, decoder_layer.varied())),
        ("Encoder", (truth.encoder, encoder.varied())),
        ("Decoder", (truth.decoder, decoder.varied(lambda i, mask: mask))),
    ],
)
def test_what_wrong_versions_are_put_together_from_is_pytorchs_layer(name: str, versions: Any) -> None:
    for call_name, call in drawn(name):
        expected, found = (version(call.init, call.state, *call.args, **call.kwargs) for version in versions)
        assert not expected.isnan().any(), call_name
        close(found, expected)


def test_the_copied_weights_are_where_pytorchs_layer_has_them() -> None:
    call = dict(drawn("DecoderLayer"))["both_masks"]
    sizes, state = truth.Sizes(*call.init), dict(call.state)
    layer = nn.TransformerDecoderLayer(
        sizes.d_model, sizes.num_heads, sizes.d_ff, dropout=0.0, batch_first=True
    ).double()
    layer.load_state_dict(truth.pytorchs(truth.double(state)))
    y, memory = (x.double() for x in call.args[:2])
    masks = [(~m.expand(len(y), sizes.num_heads, *m.shape[-2:])).flatten(0, 1) for m in call.args[2:]]
    close(layer(y, memory, *masks), truth.decoder_layer(call.init, truth.double(state), y, memory, *call.args[2:]))


@pytest.mark.parametrize("pre_norm", [False, True])
def test_the_stacks_of_the_whole_model_are_those_of_pytorchs_transformer(pre_norm: bool) -> None:
    sizes = transformer.Sizes(9, 11, 8, 2, 12, 2, pre_norm=pre_norm)
    state = transformer.states(Draw(3, "model"), sizes)
    model = nn.Transformer(8, 2, 2, 2, 12, dropout=0.0, batch_first=True, norm_first=pre_norm)
    if not pre_norm:
        model.encoder.norm = model.decoder.norm = None
    for stack in ("encoder", "decoder"):
        getattr(model, stack).load_state_dict(truth.stacked(truth.below(state, stack), 2))
    source, target = torch.tensor([[3, 4, 5, 0], [2, 1, 0, 0]]), torch.tensor([[1, 2, 10], [4, 5, 6]])
    embedded = [
        state[f"{name}_embedding.weight"][ids] * 8**0.5 + positions(ids.shape[1], 8)
        for name, ids in (("source", source), ("target", target))
    ]
    found = model(
        *embedded,
        tgt_mask=torch.ones(3, 3, dtype=torch.bool).triu(1),
        src_key_padding_mask=source == 0,
        memory_key_padding_mask=source == 0,
    )
    logits = found @ state["projection.weight"].mT + state["projection.bias"]
    close(transformer.varied()(sizes, state, source, target), logits)


@pytest.mark.parametrize("pre_norm", [False, True])
def test_the_parameters_are_as_many_as_those_of_pytorchs_modules(pre_norm: bool) -> None:
    model = nn.Transformer(8, 2, 3, 3, 12, norm_first=pre_norm)
    if not pre_norm:
        model.encoder.norm = model.decoder.norm = None
    parts = nn.ModuleList([model, nn.Embedding(9, 8), nn.Embedding(11, 8), nn.Linear(8, 11)])
    shapes = truth.transformer_shapes(9, 11, 8, 12, 3, pre_norm)
    assert count_parameters.total(shapes) == sum(p.numel() for p in parts.parameters())
    assert formula(9, 11, 8, 12, 3) == count_parameters.COMPONENT.oracle(9, 11, 8, 12, 3)


def test_the_base_model_of_the_paper_has_about_the_65_million_parameters_of_its_table() -> None:
    shared = count_parameters.COMPONENT.oracle(37_000, 37_000, 512, 2_048, 6) - 2 * 37_000 * 512 - 37_000
    assert round(shared / 1e6) in range(60, 66)  # one embedding serves source, target and projection


def test_making_an_oracle_does_not_touch_the_random_numbers_of_the_notebook() -> None:
    before = torch.get_rng_state()
    for name in ("Encoder", "Decoder"):
        for _, call in drawn(name, seed=77):
            find_component(name)[1].oracle(call.init, call.state, *call.args, **call.kwargs)
    assert torch.equal(before, torch.get_rng_state())


# Right answers, each style with whatever a wrong one may change.


def normalised(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    centred = x - x.mean(-1, keepdim=True)
    return centred / torch.sqrt(centred.square().mean(-1, keepdim=True) + eps) * gamma + beta


def by_einsum(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    count = x.shape[-1]
    centred = x - torch.einsum("...d->...", x)[..., None] / count
    return torch.addcmul(
        beta, centred * (torch.einsum("...d,...d->...", centred, centred)[..., None] / count + eps).rsqrt(), gamma
    )


def by_moments(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    variance, mean = torch.var_mean(x, dim=-1, unbiased=False, keepdim=True)
    return gamma * ((x - mean) / (variance + eps) ** 0.5) + beta


def row_by_row(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    rows = x.reshape(-1, x.shape[-1])
    done = [(row - row.mean()) / (row.var(correction=0) + eps).sqrt() * gamma + beta for row in rows]
    return torch.stack(done).reshape(x.shape)


class TwoMaps(nn.Module):
    """Linear, activation, dropout, linear."""

    def __init__(self, d_model: int, d_ff: int, dropout: float = 0.0, activation: Any = relu) -> None:
        super().__init__()
        self.linear1, self.linear2 = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model)
        self.dropout, self.activation = nn.Dropout(dropout), activation

    def forward(self, x: Tensor) -> Tensor:
        return self.linear2(self.dropout(self.activation(self.linear1(x))))


class TwoMapsByHand(nn.Module):
    """The same with matrix products, and dropout at the end."""

    def __init__(self, d_model: int, d_ff: int, dropout: float = 0.0, activation: Any = relu) -> None:
        super().__init__()
        self.linear1 = nn.Linear(d_model, d_ff)
        self.linear2 = nn.Linear(d_ff, d_model)
        self.rate, self.act = dropout, activation
        self.register_buffer("seen", torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        first, second = self.linear1, self.linear2
        inner = self.act(torch.einsum("btd,fd->btf", x, first.weight) + first.bias)
        return F.dropout(inner @ second.weight.mT + second.bias, self.rate, training=self.training)


class TwoMapsEachPosition(TwoMaps):
    """Position by position."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([super(TwoMapsEachPosition, self).forward(x[:, t]) for t in range(x.shape[1])], dim=1)


def plain_residual(x: Tensor, sublayer: Any, norm: Any, pre_norm: bool = False) -> Tensor:
    return x + sublayer(norm(x)) if pre_norm else norm(x + sublayer(x))


def residual_of_identities(x: Tensor, sublayer: Any, norm: Any, pre_norm: bool = False) -> Tensor:
    def nothing(y: Tensor) -> Tensor:
        return y

    before, after = (norm, nothing) if pre_norm else (nothing, norm)
    return after(torch.add(x, sublayer(before(x))))


class Layer(nn.Module):
    """An encoder layer, or with ``crossing`` a decoder layer, with hooks for what a wrong one does otherwise."""

    crossing = False
    skips: tuple[bool, ...] = (True, True, True)
    order: tuple[int, ...] = (0, 1, 2)
    norms_of: tuple[int, ...] = (1, 2, 3)

    def __init__(
        self,
        d_model: int,
        num_heads: int,
        d_ff: int,
        dropout: float = 0.0,
        pre_norm: bool = False,
        activation: Any = relu,
        norm_eps: float = 1e-5,
    ) -> None:
        super().__init__()
        self.self_attention = Attention(d_model, num_heads, dropout)
        if self.crossing:
            self.cross_attention = Attention(d_model, num_heads, dropout)
        self.feed_forward = TwoMaps(d_model, d_ff, dropout, activation)
        for i in (1, 2, 3)[: 2 + self.crossing]:
            setattr(self, f"norm{i}", nn.LayerNorm(d_model, eps=norm_eps))
        self.pre_norm = self.flag(pre_norm)
        self.finish()

    def finish(self) -> None:
        """For what a wrong layer changes after all is made."""

    def flag(self, pre_norm: bool) -> bool:
        return pre_norm

    def masks(self, own: Any, across: Any) -> tuple[Any, Any]:
        return own, across

    def roles(self, y: Tensor, memory: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return y, memory, memory

    def run(self, x: Tensor, steps: list[Callable[[Tensor], Tensor]]) -> Tensor:
        for i in self.order[: len(steps)]:
            norm = getattr(self, f"norm{self.norms_of[i]}")
            past = x if self.skips[i] else 0
            x = past + steps[i](norm(x)) if self.pre_norm else norm(past + steps[i](x))
        return x

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        own, _ = self.masks(mask, None)
        return self.run(x, [lambda z: self.self_attention(z, z, z, own)[0], self.feed_forward])


class CrossLayer(Layer):
    """A decoder layer."""

    crossing = True

    def forward(  # type: ignore[override]
        self, y: Tensor, memory: Tensor, self_mask: Tensor | None = None, memory_mask: Tensor | None = None
    ) -> Tensor:
        own, across = self.masks(self_mask, memory_mask)
        steps: list[Callable[[Tensor], Tensor]] = [
            lambda z: self.self_attention(z, z, z, own)[0],
            lambda z: self.cross_attention(*self.roles(z, memory), across)[0],
            self.feed_forward,
        ]
        return self.run(y, steps)


class SeparatePaths(Layer):
    """The two orders written out, dropout after each sub-layer and on what it gets."""

    def finish(self) -> None:
        self.drop = nn.ModuleList(nn.Dropout(self.feed_forward.dropout.p) for _ in range(2))

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        if self.pre_norm:
            z = self.norm1(x)
            x = x + self.drop[0](self.self_attention(z, z, z, mask=mask)[0])
            return x + self.drop[1](self.feed_forward(self.norm2(x)))
        x = self.norm1(x + self.drop[0](self.self_attention(x, x, x, mask=mask)[0]))
        return self.norm2(x + self.drop[1](self.feed_forward(x)))


class CrossWithResidual(CrossLayer):
    """A decoder layer by way of ``residual``."""

    def forward(  # type: ignore[override]
        self, y: Tensor, memory: Tensor, self_mask: Tensor | None = None, memory_mask: Tensor | None = None
    ) -> Tensor:
        around = partial(residual_of_identities, pre_norm=self.pre_norm)
        y = around(y, lambda z: self.self_attention(z, z, z, self_mask)[0], self.norm1)
        y = around(y, lambda z: self.cross_attention(z, memory, memory, memory_mask)[0], self.norm2)
        return around(y, self.feed_forward, self.norm3)


class Stack(nn.Module):
    """Layers one after the other, with hooks for what a wrong stack does otherwise."""

    layer: type[Layer] = Layer
    empty_norm: Any = nn.Identity

    def __init__(self, num_layers: int, d_model: int, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        options = dict(zip(("num_heads", "d_ff", "dropout", "pre_norm", "activation", "norm_eps"), args, strict=False))
        options |= kwargs
        self.layers = self.made(num_layers, lambda: self.layer(d_model, **options))
        self.norm = self.final_norm(d_model, options.get("pre_norm", False), options.get("norm_eps", 1e-5))

    def made(self, num_layers: int, make: Callable[[], Layer]) -> nn.ModuleList:
        return nn.ModuleList([make() for _ in range(num_layers)])

    def final_norm(self, d_model: int, pre_norm: bool, norm_eps: float) -> Any:
        return nn.LayerNorm(d_model, norm_eps) if pre_norm else self.empty_norm()

    def mask_of(self, i: int, mask: Any) -> Any:
        return mask

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        for i, layer in enumerate(self.layers):
            x = layer(x, self.mask_of(i, mask))
        return x if self.norm is None else self.norm(x)


class CrossStack(Stack):
    """A decoder."""

    layer = CrossLayer

    def forward(  # type: ignore[override]
        self, y: Tensor, memory: Tensor, self_mask: Tensor | None = None, memory_mask: Tensor | None = None
    ) -> Tensor:
        for i, layer in enumerate(self.layers):
            y = layer(y, memory, self.mask_of(i, self_mask), memory_mask)
        return y if self.norm is None else self.norm(y)


class Copies(Stack):
    """Deep copies of one layer, run by reduce; None for no norm."""

    def made(self, num_layers: int, make: Callable[[], Layer]) -> nn.ModuleList:
        first = make()
        return nn.ModuleList(copy.deepcopy(first) for _ in range(num_layers))

    def final_norm(self, d_model: int, pre_norm: bool, norm_eps: float) -> Any:
        return nn.LayerNorm(d_model, norm_eps) if pre_norm else None

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        x = reduce(lambda x, layer: layer(x, mask=mask), self.layers, x)
        return x if self.norm is None else self.norm(x)


class CopiesAcross(Copies):
    """The same for a decoder."""

    layer = CrossWithResidual
    forward = CrossStack.forward  # type: ignore[assignment]


class Model(nn.Module):
    """The whole model, with hooks for what a wrong one does otherwise."""

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
        self.pad_id, self.scale = pad_id, d_model**0.5
        self.source_embedding = nn.Embedding(source_vocab, d_model, **self.table(pad_id))
        self.target_embedding = nn.Embedding(target_vocab, d_model, **self.table(pad_id))
        self.encoder = Stack(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.decoder = CrossStack(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.projection = nn.Linear(d_model, target_vocab)
        self.drop = nn.Dropout(dropout)

    def table(self, pad_id: int) -> dict[str, Any]:
        return {}

    def embed(self, ids: Tensor, table: nn.Embedding, side: str) -> Tensor:
        x = table(ids) * self.scale
        return self.drop(x + positions(ids.shape[1], x.shape[-1]).to(x.dtype))

    def source_mask(self, source: Tensor) -> Tensor:
        return (source != self.pad_id)[:, None, None, :]

    def target_mask(self, target: Tensor) -> Tensor:
        return self.source_mask(target) & torch.ones(target.shape[1], target.shape[1], dtype=torch.bool).tril()

    def seen_by_encoder(self, mask: Tensor) -> Any:
        return mask

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        mask = self.source_mask(source)
        return self.encoder(self.embed(source, self.source_embedding, "source"), self.seen_by_encoder(mask)), mask

    def seen_by_decoder(self, mask: Tensor) -> Any:
        return mask

    def decode(self, target: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        y = self.embed(target, self.target_embedding, "target")
        return self.out(self.projection(self.decoder(y, memory, self.target_mask(target), self.seen_by_decoder(mask))))

    def out(self, logits: Tensor) -> Tensor:
        return logits

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        return self.decode(target, *self.encode(source))


class Frugal(Model):
    """An embedding with padding_idx, zeros at padding, a table of positions that grows, keywords."""

    def table(self, pad_id: int) -> dict[str, Any]:
        return {"padding_idx": pad_id}

    def embed(self, ids: Tensor, table: nn.Embedding, side: str) -> Tensor:
        known = getattr(self, "known", None)
        if known is None or len(known) < ids.shape[1]:
            self.known = positions(2 * ids.shape[1], table.embedding_dim)
        x = math.sqrt(table.embedding_dim) * table(ids) + self.known[: ids.shape[1]].type_as(table.weight)
        return x * (ids != self.pad_id)[..., None]

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        memory, mask = super().encode(source)
        return memory * mask[:, 0, 0, :, None], mask

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        memory, mask = self.encode(source=source)
        return self.decode(target=target, memory=memory, mask=mask) * (target != self.pad_id)[..., None]


def formula(
    source_vocab: int,
    target_vocab: int,
    d_model: int,
    d_ff: int,
    num_layers: int,
    *,
    bias: int = 1,
    norms: tuple[int, int] = (2, 3),
    attentions: tuple[int, int] = (1, 2),
    heads: int = 1,
) -> int:
    attention = heads * 4 * d_model * (d_model + bias)
    maps = d_model * (d_ff + bias) + d_ff * (d_model + 0) + bias * d_ff
    layer = sum(attentions) * attention + 2 * maps + sum(norms) * 2 * d_model
    return (source_vocab + target_vocab) * d_model + num_layers * layer + target_vocab * (d_model + bias)


def as_tensor(*args: int) -> Tensor:
    return torch.tensor(formula(*args))


def by_shapes(source_vocab: int, target_vocab: int, d_model: int, d_ff: int, num_layers: int) -> int:
    square, norm = [d_model * d_model, d_model], [d_model, d_model]
    maps = [d_model * d_ff, d_ff, d_ff * d_model, d_model]
    each = 3 * 4 * square + 2 * maps + 5 * norm
    return sum(
        [source_vocab * d_model, target_vocab * d_model, *(num_layers * each), target_vocab * d_model, target_vocab]
    )


RIGHT: list[tuple[str, Any]] = [
    *(("layer_norm", answer) for answer in (normalised, by_einsum, by_moments, row_by_row)),
    *(("FeedForward", answer) for answer in (TwoMaps, TwoMapsByHand, TwoMapsEachPosition)),
    *(("residual", answer) for answer in (plain_residual, residual_of_identities)),
    *(("EncoderLayer", answer) for answer in (Layer, SeparatePaths)),
    *(("Encoder", answer) for answer in (Stack, Copies)),
    *(("DecoderLayer", answer) for answer in (CrossLayer, CrossWithResidual)),
    *(("Decoder", answer) for answer in (CrossStack, CopiesAcross)),
    *(("Transformer", answer) for answer in (Model, Frugal)),
    *(("count_parameters", answer) for answer in (formula, as_tensor, by_shapes)),
]


def named(value: Any) -> str | None:
    """A test's id must not hold an address: the processes that share the tests collect different ones."""
    return value if isinstance(value, str) else getattr(value, "__name__", "answer").strip("<>")


@pytest.mark.parametrize(("name", "answer"), RIGHT, ids=named)
def test_a_right_answer_in_this_style_gets_full_marks(name: str, answer: Any) -> None:
    for seed in SEEDS:
        verdict = verdict_on(name, answer, seed)
        assert verdict.status == "passed", (seed, verdict)


def variant(base: type, **members: Any) -> Any:
    """A subclass with some members of its own."""
    return type(base.__name__ + "Variant", (base,), members)


def without_the_sum(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return (x - x.mean(-1, keepdim=True)) / (x.std(-1, keepdim=True) + eps) * gamma + beta


def across(axis: Any, correction: int = 0) -> Any:
    def answer(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
        variance, mean = torch.var_mean(x, dim=axis, correction=correction, keepdim=True)
        return (x - mean) / (variance + eps).sqrt() * gamma + beta

    return answer


def divided(denominator: Callable[[Tensor, float], Tensor]) -> Any:
    return lambda x, gamma, beta, eps=1e-5: (x - x.mean(-1, keepdim=True)) / denominator(x, eps) * gamma + beta


def spread(x: Tensor, unbiased: bool) -> Tensor:
    return x.std(-1, correction=int(unbiased), keepdim=True)


def maps(forward: Callable[[Any, Tensor], Tensor]) -> Any:
    return variant(TwoMaps, forward=forward)


def order_of_modes(post: Any, pre: Any) -> Any:
    return lambda x, f, norm, pre_norm=False: pre(x, f, norm) if pre_norm else post(x, f, norm)


def after(x: Any, f: Any, norm: Any) -> Any:
    return norm(x + f(x))


def before(x: Any, f: Any, norm: Any) -> Any:
    return x + f(norm(x))


def one_norm_twice(layer: Any) -> None:
    layer.norm2 = layer.norm1


def no_second_norm(layer: Any) -> None:
    del layer.norm2
    layer.norms_of = (1, 1)


def no_skip_after_the_sum(layer: Any, x: Tensor, mask: Any = None) -> Tensor:
    if layer.pre_norm:
        return SeparatePaths.forward(layer, x, mask)
    return layer.norm2(layer.feed_forward(layer.norm1(x + layer.self_attention(x, x, x, mask)[0])))


def one_object(stack: Any, num_layers: int, make: Callable[[], Layer]) -> nn.ModuleList:
    return nn.ModuleList([make()] * num_layers)


def first_layer_only(stack: Any, x: Tensor, mask: Any = None) -> Tensor:
    for _ in stack.layers:
        x = stack.layers[0](x, mask)
    return stack.norm(x)


def last_layer_only(stack: Any, y: Tensor, memory: Tensor, self_mask: Any = None, memory_mask: Any = None) -> Tensor:
    for _ in stack.layers:
        y = stack.layers[-1](y, memory, self_mask, memory_mask)
    return stack.norm(y)


def norm_unused(stack: Any, x: Tensor, mask: Any = None) -> Tensor:
    for layer in stack.layers:
        x = layer(x, mask)
    return x


def without_memory(layer: Any, y: Tensor, memory: Tensor, self_mask: Any = None, memory_mask: Any = None) -> Tensor:
    return layer.run(y, [lambda z: layer.self_attention(z, z, z, self_mask)[0], lambda z: 0 * z, layer.feed_forward])


def unscaled(*sides: str) -> Any:
    def embed(model: Any, ids: Tensor, table: nn.Embedding, side: str) -> Tensor:
        x = table(ids) * (1.0 if side in sides else model.scale)
        return model.drop(x + positions(ids.shape[1], x.shape[-1]).to(x.dtype))

    return variant(Model, embed=embed)


def unplaced(*sides: str) -> Any:
    def embed(model: Any, ids: Tensor, table: nn.Embedding, side: str) -> Tensor:
        if side in sides:
            return model.drop(table(ids) * model.scale)
        return Model.embed(model, ids, table, side)

    return variant(Model, embed=embed)


def all_true(model: Any, mask: Tensor) -> Tensor:
    return torch.ones_like(mask)


def only_causal(model: Any, target: Tensor) -> Tensor:
    return torch.ones(target.shape[1], target.shape[1], dtype=torch.bool).tril()


def times(heads: Callable[[int], int]) -> Any:
    return lambda *sizes: formula(*sizes, heads=heads(sizes[2]))


def missing(count: Callable[[int, int, int, int, int], int]) -> Any:
    return lambda *sizes: formula(*sizes) - count(*sizes)


WRONG: list[tuple[str, str, Any]] = [
    ("layer_norm", "wrong-axis", across(0)),
    ("layer_norm", "wrong-axis", across(1)),
    ("layer_norm", "wrong-axis", across(-2)),
    ("layer_norm", "wrong-axis", across(None)),
    ("layer_norm", "wrong-axis", across(None, correction=1)),
    ("layer_norm", "unbiased-variance", divided(lambda x, eps: (spread(x, True) ** 2 + eps).sqrt())),
    ("layer_norm", "unbiased-variance", without_the_sum),
    ("layer_norm", "eps-outside-root", divided(lambda x, eps: spread(x, False) + eps)),
    (
        "layer_norm",
        "eps-outside-root",
        divided(lambda x, eps: ((x - x.mean(-1, True)) ** 2).mean(-1, True) ** 0.5 + eps),
    ),
    ("layer_norm", "affine-forgotten", lambda x, gamma, beta, eps=1e-5: normalised(x, gamma / gamma, 0 * beta, eps)),
    ("layer_norm", "affine-forgotten", lambda x, gamma, beta, eps=1e-5: normalised(x, gamma, 0 * beta, eps)),
    ("layer_norm", "affine-forgotten", lambda x, gamma, beta, eps=1e-5: normalised(x, gamma / gamma, beta, eps)),
    ("FeedForward", "relu-after-output", maps(lambda m, x: m.activation(m.linear2(m.dropout(m.linear1(x)))))),
    ("FeedForward", "relu-after-output", maps(lambda m, x: m.activation(m.linear2(m.activation(m.linear1(x)))))),
    ("FeedForward", "no-nonlinearity", maps(lambda m, x: m.linear2(m.dropout(m.linear1(x))))),
    ("FeedForward", "no-nonlinearity", maps(lambda m, x: F.linear(m.linear1(x), m.linear2.weight, m.linear2.bias))),
    ("FeedForward", "mixes-positions", maps(lambda m, x: TwoMaps.forward(m, x) + x.mean(1, keepdim=True))),
    ("FeedForward", "mixes-positions", maps(lambda m, x: TwoMaps.forward(m, x.reshape(len(x), x.shape[2], -1).mT))),
    ("FeedForward", "mixes-positions", maps(lambda m, x: TwoMaps.forward(m, x.cumsum(1)))),
    ("residual", "norm-before-add", order_of_modes(lambda x, f, norm: x + norm(f(x)), before)),
    ("residual", "norm-before-add", order_of_modes(lambda x, f, norm: norm(x) + f(x), before)),
    ("residual", "norm-before-add", lambda x, f, norm, pre_norm=False: x + norm(f(x))),
    ("residual", "skip-from-normed", order_of_modes(after, lambda x, f, norm: norm(x) + f(norm(x)))),
    ("residual", "skip-from-normed", order_of_modes(after, lambda x, f, norm: (lambda z: z + f(z))(norm(x)))),
    ("residual", "skip-forgotten", order_of_modes(after, lambda x, f, norm: f(norm(x)))),
    ("residual", "skip-forgotten", order_of_modes(lambda x, f, norm: norm(f(x)), before)),
    ("residual", "skip-forgotten", order_of_modes(lambda x, f, norm: norm(f(x)), lambda x, f, norm: f(norm(x)))),
    ("residual", "pre-post-swapped", order_of_modes(before, after)),
    ("residual", "pre-post-swapped", order_of_modes(after, after)),
    ("residual", "pre-post-swapped", order_of_modes(before, before)),
    ("EncoderLayer", "shared-norms", variant(Layer, finish=one_norm_twice)),
    ("EncoderLayer", "shared-norms", variant(Layer, finish=no_second_norm)),
    ("EncoderLayer", "shared-norms", variant(Layer, norms_of=(1, 1))),
    ("EncoderLayer", "shared-norms", variant(Layer, norms_of=(2, 2))),
    ("EncoderLayer", "mask-ignored", variant(Layer, masks=lambda layer, own, across: (None, None))),
    (
        "EncoderLayer",
        "mask-ignored",
        variant(SeparatePaths, forward=lambda m, x, mask=None: SeparatePaths.forward(m, x)),
    ),
    ("EncoderLayer", "one-residual-missing", variant(Layer, skips=(False, True))),
    ("EncoderLayer", "one-residual-missing", variant(Layer, skips=(True, False))),
    ("EncoderLayer", "one-residual-missing", variant(SeparatePaths, forward=no_skip_after_the_sum)),
    ("EncoderLayer", "pre-post-swapped", variant(Layer, flag=lambda layer, pre_norm: not pre_norm)),
    ("EncoderLayer", "pre-post-swapped", variant(Layer, flag=lambda layer, pre_norm: False)),
    ("EncoderLayer", "pre-post-swapped", variant(Layer, flag=lambda layer, pre_norm: True)),
    ("Encoder", "shared-layers", variant(Stack, made=one_object)),
    ("Encoder", "shared-layers", variant(Stack, forward=first_layer_only)),
    ("Encoder", "shared-layers", variant(Stack, made=lambda stack, n, make: nn.ModuleList([make()]))),
    ("Encoder", "mask-only-first-layer", variant(Stack, mask_of=lambda stack, i, mask: None if i else mask)),
    ("Encoder", "mask-only-first-layer", variant(Stack, mask_of=lambda stack, i, mask: mask if i < 1 else None)),
    ("Encoder", "final-norm-missing", variant(Stack, forward=norm_unused)),
    ("Encoder", "final-norm-missing", variant(Stack, final_norm=lambda stack, *args: nn.Identity())),
    ("DecoderLayer", "cross-roles-swapped", variant(CrossLayer, roles=lambda layer, y, memory: (memory, y, y))),
    ("DecoderLayer", "cross-roles-swapped", variant(CrossLayer, roles=lambda layer, y, memory: (y, memory, y))),
    ("DecoderLayer", "cross-roles-swapped", variant(CrossLayer, roles=lambda layer, y, memory: (y, y, memory))),
    ("DecoderLayer", "masks-swapped", variant(CrossLayer, masks=lambda layer, own, across: (across, own))),
    (
        "DecoderLayer",
        "masks-swapped",
        variant(
            CrossWithResidual,
            forward=lambda layer, y, memory, self_mask=None, memory_mask=None: CrossWithResidual.forward(
                layer, y, memory, memory_mask, self_mask
            ),
        ),
    ),
    ("DecoderLayer", "no-self-mask", variant(CrossLayer, masks=lambda layer, own, across: (None, across))),
    (
        "DecoderLayer",
        "no-self-mask",
        variant(
            CrossWithResidual,
            forward=lambda layer, y, memory, self_mask=None, memory_mask=None: CrossWithResidual.forward(
                layer, y, memory, None, memory_mask
            ),
        ),
    ),
    ("DecoderLayer", "cross-before-self", variant(CrossLayer, order=(1, 0, 2))),
    ("DecoderLayer", "cross-before-self", variant(CrossLayer, order=(1, 0, 2), norms_of=(2, 1, 3))),
    ("DecoderLayer", "memory-unused", variant(CrossLayer, forward=without_memory)),
    ("DecoderLayer", "memory-unused", variant(CrossLayer, roles=lambda layer, y, memory: (y, y, y))),
    ("Decoder", "shared-layers", variant(CrossStack, made=one_object)),
    ("Decoder", "shared-layers", variant(CrossStack, forward=last_layer_only)),
    ("Decoder", "self-mask-lost", variant(CrossStack, mask_of=lambda stack, i, mask: None)),
    ("Decoder", "self-mask-lost", variant(CrossStack, mask_of=lambda stack, i, mask: None if i else mask)),
    ("Transformer", "embedding-not-scaled", unscaled("source", "target")),
    ("Transformer", "embedding-not-scaled", unscaled("target")),
    ("Transformer", "positions-missing", unplaced("source", "target")),
    ("Transformer", "positions-missing", unplaced("target")),
    ("Transformer", "positions-missing", unplaced("source")),
    ("Transformer", "no-causal-mask", variant(Model, target_mask=Model.source_mask)),
    ("Transformer", "no-causal-mask", variant(Model, target_mask=lambda model, target: None)),
    ("Transformer", "padding-leaks", variant(Model, seen_by_encoder=all_true)),
    ("Transformer", "padding-leaks", variant(Model, seen_by_decoder=lambda model, mask: None)),
    ("Transformer", "padding-leaks", variant(Model, source_mask=lambda m, s: torch.ones(len(s), 1, 1, s.shape[1]) > 0)),
    ("Transformer", "padding-leaks", variant(Model, target_mask=only_causal)),
    ("Transformer", "returns-probabilities", variant(Model, out=lambda model, logits: logits.softmax(-1))),
    ("Transformer", "returns-probabilities", variant(Model, out=lambda model, logits: logits.log_softmax(-1))),
    ("count_parameters", "biases-forgotten", partial(formula, bias=0)),
    ("count_parameters", "biases-forgotten", missing(lambda vs, vt, d, ff, n: vt)),
    ("count_parameters", "biases-forgotten", missing(lambda vs, vt, d, ff, n: n * 12 * d)),
    ("count_parameters", "times-heads", times(lambda d: 8)),
    ("count_parameters", "times-heads", times(lambda d: max(2, d // 8))),
    ("count_parameters", "norms-forgotten", partial(formula, norms=(0, 0))),
    ("count_parameters", "norms-forgotten", partial(formula, norms=(2, 2))),
    ("count_parameters", "norms-forgotten", partial(formula, norms=(1, 1))),
    ("count_parameters", "cross-attention-forgotten", partial(formula, attentions=(1, 1))),
    ("count_parameters", "cross-attention-forgotten", partial(formula, attentions=(1, 1), norms=(2, 2))),
]


@pytest.mark.parametrize(("name", "misconception", "answer"), WRONG, ids=named)
def test_a_wrong_answer_loses_marks_and_its_mistake_is_named(name: str, misconception: str, answer: Any) -> None:
    for seed in SEEDS:
        verdict = verdict_on(name, answer, seed)
        assert (verdict.status, verdict.misconception) == ("failed", misconception), (seed, verdict)


def test_every_misconception_is_made_in_two_writings() -> None:
    for name in dict(RIGHT):
        for mistake in find_component(name, "05-transformer")[1].mistakes:
            writings = [wrong for wrong in WRONG if wrong[:2] == (name, mistake.id)]
            assert len(writings) >= 2, (name, mistake.id)
