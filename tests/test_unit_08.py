"""Unit 08: right answers in many styles pass, wrong ones are named; the oracles against other truths."""

import math
import random
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from autograder.judging.component import Given
from autograder.judging.draws import Draw
from autograder.judging.fixtures import BertModel as Skeleton
from autograder.judging.fixtures import MultiHeadAttention, OnBert
from autograder.judging.inprocess import InProcessSubject
from autograder.judging.judge import judge
from autograder.judging.remote import RemoteSubject, serve
from autograder.judging.wire import Channel
from autograder.units import find_component, load_unit
from autograder.units.u05_transformer.truth import State, below, parameters
from autograder.units.u08_bert_pretraining import bert_model, bert_parameters, pack_pair, pretraining_heads, wordpiece
from autograder.units.u08_bert_pretraining.chance import SIGMAS, far_off, uneven
from autograder.units.u08_bert_pretraining.truth import CONFIG, Config, bert_shapes

UNIT = "08-bert-pretraining"
SEEDS = range(3)
Answer = Callable[..., Any]


def verdict_on(name: str, answer: Any, seed: int = 1) -> Any:
    component = find_component(name, UNIT)[1]
    return judge(component, InProcessSubject(answer, component.forbidden), seed)


def named(value: Any) -> str | None:
    """A test's id must be the same in every process, so it holds no function's address."""
    return value if isinstance(value, str) else ""


# What follows are answers as students may write them: makers of right ones, with something to be done differently.


def cut(
    looked_up: str = "##",
    written: str = "##",
    ends: Callable[[int, int], range] = lambda start, length: range(length, start, -1),
    stuck: Callable[[list[str], str, int, int], tuple[list[str], int]] = lambda pieces, unknown, at, n: ([unknown], n),
) -> Answer:
    """WordPiece from the left; ``stuck`` says what has become of the pieces, and where to go on."""

    def pieces_of(word: str, vocabulary: Any, unknown: str = "[UNK]") -> list[str]:
        pieces: list[str] = []
        start = 0
        while start < len(word):
            for end in ends(start, len(word)):
                if (looked_up if start else "") + word[start:end] in vocabulary:
                    pieces.append((written if start else "") + word[start:end])
                    start = end
                    break
            else:
                pieces, start = stuck(pieces, unknown, start, len(word))
        return pieces

    return pieces_of


def recursive(word: str, vocabulary: Any, unknown: str = "[UNK]") -> list[str]:
    def rest(tail: str, prefix: str) -> list[str] | None:
        for end in range(len(tail), 0, -1):
            if prefix + tail[:end] in vocabulary:
                more = rest(tail[end:], "##") if tail[end:] else []
                return None if more is None else [prefix + tail[:end], *more]
        return None

    return rest(word, "") or [unknown]


def backtracking(word: str, vocabulary: Any, unknown: str = "[UNK]") -> list[str]:
    def rest(start: int) -> list[str] | None:
        if start == len(word):
            return []
        for end in range(len(word), start, -1):
            piece = ("##" if start else "") + word[start:end]
            more = rest(end) if piece in vocabulary else None
            if more is not None:
                return [piece, *more]
        return None

    found = rest(0)
    return [unknown] if found is None else found


def popped(copies: bool = True, first_on_a_tie: bool = False, specials: int = 0) -> Answer:
    """Packing with pop, from copies or from the caller's lists."""

    def pack(first: list[int], second: list[int] | None, cls_id: int, sep_id: int, max_length: int) -> Any:
        a, b = (list(first), list(second or [])) if copies else (first, [] if second is None else second)
        while len(a) + len(b) + (2 if second is None else 3) > max_length + specials:
            (a if len(a) + first_on_a_tie > len(b) else b).pop()
        ids, segments = [cls_id, *a, sep_id], [0] * (len(a) + 2)
        return (ids, segments) if second is None else ([*ids, *b, sep_id], segments + [1] * (len(b) + 1))

    return pack


def by_arithmetic(first: list[int], second: list[int] | None, cls_id: int, sep_id: int, max_length: int) -> Any:
    if second is None:
        kept = first[: max_length - 2]
        return [cls_id] + kept + [sep_id], [0] * (len(kept) + 2)
    room = max_length - 3
    a = min(len(first), max(room - len(second), (room + 1) // 2))
    b = min(len(second), room - a)
    ids = [cls_id] + first[:a] + [sep_id] + second[:b] + [sep_id]
    return ids, [int(i > a + 1) for i in range(len(ids))]


def resegmented(change: Callable[[list[int], list[int], int], list[int]]) -> Answer:
    def pack(first: list[int], second: list[int] | None, cls_id: int, sep_id: int, max_length: int) -> Any:
        ids, segments = popped()(first, second, cls_id, sep_id, max_length)
        return ids, change(ids, segments, sep_id)

    return pack


def second_only(first: list[int], second: list[int] | None, cls_id: int, sep_id: int, max_length: int) -> Any:
    if second is None:
        return popped()(first, None, cls_id, sep_id, max_length)
    return popped()(first, second[: max(0, max_length - 3 - len(first))], cls_id, sep_id, 10**9)


def second_only_by_pop(first: list[int], second: list[int] | None, cls_id: int, sep_id: int, max_length: int) -> Any:
    if second is None:
        return by_arithmetic(first, None, cls_id, sep_id, max_length)
    second = list(second)
    while second and len(first) + len(second) + 3 > max_length:
        del second[-1]
    ids = [cls_id, *first, sep_id, *second, sep_id]
    return ids, [0] * (len(first) + 2) + [1] * (len(second) + 1)


def embedding(
    forward: Callable[[Any, Tensor, Tensor], Tensor] | None = None,
    eps: float = 1e-12,
    width: int = 1,
    more: Callable[[Any, int], None] = lambda module, d_model: None,
    padding_idx: int | None = None,
) -> type[nn.Module]:
    class BertEmbeddings(nn.Module):
        def __init__(self, vocab_size: int, max_length: int, d_model: int, dropout: float = 0.0, num_segments: int = 2):
            super().__init__()
            self.token = nn.Embedding(vocab_size, d_model, padding_idx=padding_idx)
            self.position = nn.Embedding(max_length, d_model)
            self.segment = nn.Embedding(num_segments, d_model)
            self.norm = nn.LayerNorm(width * d_model, eps=eps)
            self.dropout = nn.Dropout(dropout)
            more(self, d_model)

        def forward(self, ids: Tensor, segments: Tensor) -> Tensor:
            if forward:
                return forward(self, ids, segments)
            x: Tensor = self.dropout(self.norm(total(self, ids, segments)))
            return x

    return BertEmbeddings


def placed(module: Any, ids: Tensor) -> Tensor:
    return module.position(torch.arange(ids.shape[1]))  # type: ignore[no-any-return]


def total(module: Any, ids: Tensor, segments: Tensor) -> Tensor:
    return module.token(ids) + placed(module, ids) + module.segment(segments)  # type: ignore[no-any-return]


def side_by_side(module: Any, ids: Tensor, segments: Tensor) -> Tensor:
    return torch.cat([module.token(ids), placed(module, ids).expand(len(ids), -1, -1), module.segment(segments)], -1)


def rate_of(module: Any) -> float:
    return math.sqrt(module.token.embedding_dim)


def masking(
    choose: Callable[..., Tensor] | None = None,
    ways: Callable[..., tuple[Tensor, Tensor]] | None = None,
    random_ids: Callable[..., Tensor] | None = None,
    labels: Callable[..., Tensor] = lambda chosen, ids, out: torch.where(chosen, ids, -100),
    special_too: bool = False,
    in_place: bool = False,
) -> Answer:
    """Masking with three draws over all tokens, something done differently; ``u()`` is a draw for every token."""

    def mask(
        ids: Tensor, special: Tensor, vocab_size: int, mask_id: int, generator: torch.Generator, rate: float = 0.15
    ) -> tuple[Tensor, Tensor]:
        def u() -> Tensor:
            return torch.rand(ids.shape, generator=generator)

        spared = special & False if special_too else special
        chosen = choose(u, spared, rate) if choose else (u() < rate) & ~spared
        masked, replaced = (ways or thirds)(u, chosen, rate)
        drawn = (random_ids or any_id)(vocab_size, ids, generator, mask_id)
        old, out = ids.clone(), ids if in_place else ids.clone()
        out[masked] = mask_id
        out[replaced] = drawn[replaced]
        return out, labels(chosen, old, out)

    return mask


def thirds(u: Callable[[], Tensor], chosen: Tensor, rate: float) -> tuple[Tensor, Tensor]:
    fate = u()
    return chosen & (fate < 0.8), chosen & (fate >= 0.8) & (fate < 0.9)


def any_id(vocab_size: int, ids: Tensor, generator: torch.Generator, mask_id: int) -> Tensor:
    return torch.randint(vocab_size, ids.shape, generator=generator)


def by_bernoulli(
    ids: Tensor, special: Tensor, vocab_size: int, mask_id: int, generator: torch.Generator, rate: float = 0.15
) -> tuple[Tensor, Tensor]:
    chosen = torch.bernoulli(torch.full(ids.shape, rate).masked_fill(special, 0.0), generator=generator).bool()
    masked = torch.bernoulli(torch.full(ids.shape, 0.8), generator=generator).bool() & chosen
    replaced = torch.bernoulli(torch.full(ids.shape, 0.5), generator=generator).bool() & chosen & ~masked
    out = ids.masked_fill(masked, mask_id)
    out[replaced] = torch.randint(vocab_size, (int(replaced.sum()),), generator=generator)
    return out, ids.masked_fill(~chosen, -100)


def by_one_draw(
    ids: Tensor, special: Tensor, vocab_size: int, mask_id: int, generator: torch.Generator, rate: float = 0.15
) -> list[Tensor]:
    draw = torch.rand(ids.shape, generator=generator, dtype=torch.float64).masked_fill(special, 2.0)
    corrupted = torch.where(draw < 0.8 * rate, mask_id, ids)
    replaced = (draw >= 0.8 * rate) & (draw < 0.9 * rate)
    drawn = torch.randint(0, vocab_size, ids.shape, generator=generator)
    return [torch.where(replaced, drawn, corrupted), torch.where(draw < rate, ids, torch.full_like(ids, -100))]


def by_multinomial(
    ids: Tensor, special: Tensor, vocab_size: int, mask_id: int, generator: torch.Generator, rate: float = 0.15
) -> tuple[Tensor, Tensor]:
    labels, out = torch.full_like(ids, -100), ids.clone()
    chosen = (torch.rand(ids.shape, generator=generator) < rate) & ~special
    labels[chosen] = ids[chosen]
    count = int(chosen.sum())
    if count:
        shares = torch.tensor([0.8, 0.1, 0.1]).expand(count, 3)
        fate = torch.multinomial(shares, 1, generator=generator).squeeze(1)
        drawn = torch.randint(vocab_size, (count,), generator=generator)
        out[chosen] = torch.stack([torch.full_like(drawn, mask_id), drawn, ids[chosen]], 1)[torch.arange(count), fate]
    return out, labels


def token_by_token(
    ids: Tensor, special: Tensor, vocab_size: int, mask_id: int, generator: torch.Generator, rate: float = 0.15
) -> tuple[Tensor, Tensor]:
    flat, labels = ids.flatten().tolist(), [-100] * ids.numel()
    for place, spared in enumerate(special.flatten().tolist()):
        if spared or torch.rand((), generator=generator).item() >= rate:
            continue
        labels[place] = flat[place]
        fate = torch.rand((), generator=generator).item()
        if fate < 0.8:
            flat[place] = mask_id
        elif fate < 0.9:
            flat[place] = int(torch.randint(vocab_size, (), generator=generator))
    return torch.tensor(flat).view(ids.shape), torch.tensor(labels).view(ids.shape)


def separate_draws(
    ids: Tensor, special: Tensor, vocab_size: int, mask_id: int, generator: torch.Generator, rate: float = 0.15
) -> tuple[Tensor, Tensor]:
    masked, replaced, kept = (
        (torch.rand(ids.shape, generator=generator) < share * rate) & ~special for share in (0.8, 0.1, 0.1)
    )
    out = ids.masked_fill(masked, mask_id)
    out = torch.where(replaced, torch.randint(vocab_size, ids.shape, generator=generator), out)
    return out, torch.where(masked | replaced | kept, ids, -100)


def one_draw_for_two_purposes(
    ids: Tensor, special: Tensor, vocab_size: int, mask_id: int, generator: torch.Generator, rate: float = 0.15
) -> tuple[Tensor, Tensor]:
    draw = torch.rand(ids.shape, generator=generator)
    chosen = (draw < rate) & ~special
    drawn = torch.randint(vocab_size, ids.shape, generator=generator)
    out = torch.where(chosen & (draw < 0.8), mask_id, torch.where(chosen & (draw < 0.9), drawn, ids))
    return out, torch.where(chosen, ids, -100)


def masked_not_twice(u: Callable[[], Tensor], chosen: Tensor, rate: float) -> tuple[Tensor, Tensor]:
    masked = chosen & (u() < 0.8)
    return masked, chosen & ~masked & (u() < 0.1)


def a_fixed_number(u: Callable[[], Tensor], special: Tensor, rate: float) -> Tensor:
    order = u().masked_fill(special, 2.0).flatten().argsort()
    chosen = torch.zeros(special.numel(), dtype=torch.bool)
    chosen[order[: round(rate * int((~special).sum()))]] = True
    return chosen.view(special.shape)


def a_fixed_number_a_row(u: Callable[[], Tensor], special: Tensor, rate: float) -> Tensor:
    ranks = u().masked_fill(special, 2.0).argsort(-1).argsort(-1)
    return (ranks < (rate * (~special).sum(-1, keepdim=True)).round()) & ~special


def a_share_of_all(u: Callable[[], Tensor], special: Tensor, rate: float) -> Tensor:
    order = u().masked_fill(special, 2.0).flatten().argsort()
    chosen = torch.zeros(special.numel(), dtype=torch.bool)
    chosen[order[: int(rate * special.numel())]] = True
    return chosen.view(special.shape) & ~special


def lone_loss(reduce: Callable[[Tensor, Tensor], Tensor]) -> Answer:
    """A loss of every position, and what is made of them."""

    def loss(logits: Tensor, labels: Tensor) -> Tensor:
        each = -logits.log_softmax(-1).gather(-1, labels.clamp(min=0)[..., None])[..., 0]
        return reduce(each, labels)

    return loss


def selected(logits: Tensor, labels: Tensor) -> Tensor:
    chosen = labels != -100
    return F.cross_entropy(logits[chosen], labels[chosen]) if chosen.any() else logits.sum() * 0


def paired(
    coin: float = 0.5,
    flip: bool = False,
    others: Callable[[list[Any], int], list[Any]] = lambda documents, i: [
        document for j, document in enumerate(documents) if j != i and document
    ],
    result: Callable[[list[Any]], Any] = lambda pairs: pairs,
) -> Answer:
    """Pairs made document by document, with something done differently."""

    def pairs_of(documents: list[Any], generator: torch.Generator) -> Any:
        def below(n: int) -> int:
            return int(torch.randint(n, (1,), generator=generator))

        pairs: list[Any] = []
        for i, document in enumerate(documents):
            for a, b in zip(document, document[1:], strict=False):
                if torch.rand((), generator=generator).item() < coin:
                    pairs.append((a, b, not flip))
                else:
                    possible = others(documents, i)
                    other = possible[below(len(possible))]
                    pairs.append((a, other[below(len(other))], flip))
        return result(pairs)

    return pairs_of


def shuffled(documents: list[Any], generator: torch.Generator) -> list[Any]:
    source = random.Random(int(torch.randint(2**40, (), generator=generator)))
    pairs = []
    for i, document in enumerate(documents):
        strangers = [sentence for j, other in enumerate(documents) if j != i for sentence in other]
        for place in range(1, len(document)):
            is_next = source.choice([True, False])
            pairs.append([document[place - 1], document[place] if is_next else source.choice(strangers), is_next])
    source.shuffle(pairs)
    return pairs


def by_index(documents: list[Any], generator: torch.Generator) -> list[Any]:
    pairs = paired()(documents, generator)
    home = {id(sentence): document for document in documents for sentence in document}
    return [(a, home[id(a)][home[id(a)].index(a) + 1] if label else b, label) for a, b, label in pairs]


def alternating(documents: list[Any], generator: torch.Generator) -> list[Any]:
    true, false = (paired(coin)(documents, generator) for coin in (1.1, -1.0))
    return [pair[number % 2] for number, pair in enumerate(zip(true, false, strict=True))]


class Layer(nn.Module):
    """A post-norm layer with the parts of unit 05's."""

    def __init__(self, d_model: int, num_heads: int, d_ff: int, dropout: float, activation: Answer, eps: float) -> None:
        super().__init__()
        self.self_attention = MultiHeadAttention(d_model, num_heads)
        self.feed_forward = nn.ModuleDict({"linear1": nn.Linear(d_model, d_ff), "linear2": nn.Linear(d_ff, d_model)})
        self.norm1, self.norm2 = nn.LayerNorm(d_model, eps), nn.LayerNorm(d_model, eps)
        self.dropout, self.activation = nn.Dropout(dropout), activation

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        x = self.norm1(x + self.dropout(self.self_attention(x, x, x, mask)[0]))
        inner = self.activation(self.feed_forward["linear1"](x))
        y: Tensor = self.norm2(x + self.dropout(self.feed_forward["linear2"](inner)))
        return y


class Stack(nn.Module):
    """An encoder with the parts of unit 05's."""

    def __init__(self, num_layers: int, *sizes: Any) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(*sizes) for _ in range(num_layers))

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        for layer in self.layers:
            x = layer(x, mask)
        return x


def first_token(model: Any, hidden: Tensor, mask: Tensor) -> Tensor:
    return torch.tanh(model.pooler(hidden[:, 0]))


def bert(
    pool: Callable[[Any, Tensor, Tensor], Tensor] = first_token,
    mask_of: Callable[[Tensor], Tensor | None] = lambda mask: mask[:, None, None, :],
    activation: Answer = F.gelu,
    eps: float = 1e-12,
    dropping: bool = True,
    keeps: bool = True,
    result: Callable[[Tensor, Tensor], Any] = lambda hidden, pooled: (hidden, pooled),
) -> type[nn.Module]:
    """A model with something done differently."""

    class BertModel(nn.Module):
        def __init__(self, config: Any) -> None:
            super().__init__()
            width, dropout = config.hidden_size, config.dropout if dropping else 0.0
            if keeps:
                self.config = config
            self.embeddings = embedding()(config.vocab_size, config.max_length, width, dropout, config.num_segments)
            sizes = (width, config.num_heads, config.intermediate_size, dropout, activation, eps)
            self.encoder = Stack(config.num_layers, *sizes)
            self.pooler = nn.Linear(width, width)

        def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> Any:
            hidden = self.encoder(self.embeddings(ids, segments), mask_of(mask))
            return result(hidden, pool(self, hidden, mask))

    return BertModel


def real_mean(hidden: Tensor, mask: Tensor) -> Tensor:
    return (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)


def tied(head: Any, model: Any) -> None:
    head.decoder = nn.Linear(model.config.hidden_size, model.config.vocab_size, bias=False)
    head.decoder.weight = model.embeddings.token.weight


def untied(head: Any, model: Any) -> None:
    head.decoder = nn.Linear(model.config.hidden_size, model.config.vocab_size, bias=False)


def copied(head: Any, model: Any) -> None:
    head.decoder = nn.Linear(model.config.hidden_size, model.config.vocab_size, bias=False)
    head.decoder.weight = nn.Parameter(model.embeddings.token.weight.detach().clone())


def same_memory(head: Any, model: Any) -> None:
    untied(head, model)
    head.decoder.weight.data = model.embeddings.token.weight.data


def the_model_inside(head: Any, model: Any) -> None:
    head.bert = model
    head.decoder = lambda x: x @ head.bert.embeddings.token.weight.T


def the_embedding_inside(head: Any, model: Any) -> None:
    head.token = model.embeddings.token
    head.decoder = lambda x: torch.einsum("btd,vd->btv", x, head.token.weight)


def without_transform(head: Any, model: Any) -> None:
    tied(head, model)
    del head.transform, head.norm


def head(
    decode: Callable[[Any, Any], None] = tied,
    transform: Callable[[Any, Tensor], Tensor] = lambda head, hidden: head.norm(F.gelu(head.transform(hidden))),
    eps: float = 1e-12,
) -> type[nn.Module]:
    """Heads with something done differently."""

    class PretrainingHeads(nn.Module):
        def __init__(self, bert: Any) -> None:
            super().__init__()
            width = bert.config.hidden_size
            self.transform, self.norm = nn.Linear(width, width), nn.LayerNorm(width, eps=eps)
            self.decoder_bias = nn.Parameter(torch.zeros(bert.config.vocab_size))
            self.next_sentence = nn.Linear(width, 2)
            decode(self, bert)

        def forward(self, hidden: Tensor, pooled: Tensor) -> tuple[Tensor, Tensor]:
            return self.decoder(transform(self, hidden)) + self.decoder_bias, self.next_sentence(pooled)

    return PretrainingHeads


def counted(
    left_out: Callable[[int, int, int], int] = lambda d, n, i: 0,
) -> Answer:
    """The number of parameters, without what is left out of width, layers and inner width."""

    def count(vocab: int, hidden: int, layers: int, inner: int, max_length: int = 512, segments: int = 2) -> int:
        layer = 4 * hidden * (hidden + 1) + 2 * hidden * inner + hidden + inner + 4 * hidden
        tables = (vocab + max_length + segments + 2) * hidden
        return tables + layers * layer + hidden * (hidden + 1) - left_out(hidden, layers, inner)

    return count


RIGHT: list[tuple[str, str, Any]] = [
    ("wordpiece", "loops", cut()),
    ("wordpiece", "recursive", recursive),
    ("pack_pair", "pop", popped()),
    ("pack_pair", "arithmetic", by_arithmetic),
    ("BertEmbeddings", "sum", embedding()),
    ("BertEmbeddings", "padding_idx", embedding(padding_idx=0)),
    ("mask_tokens", "three draws", masking()),
    ("mask_tokens", "bernoulli", by_bernoulli),
    ("mask_tokens", "one draw", by_one_draw),
    ("mask_tokens", "multinomial", by_multinomial),
    ("masked_lm_loss", "selected", selected),
    (
        "masked_lm_loss",
        "sum over count",
        lone_loss(lambda each, y: (each * (y != -100)).sum() / (y != -100).sum().clamp(min=1)),
    ),
    ("next_sentence_pairs", "loops", paired()),
    ("next_sentence_pairs", "shuffled", shuffled),
    ("BertModel", "parts", bert()),
    (
        "BertModel",
        "list",
        bert(mask_of=lambda m: m[:, None, None].expand(-1, 1, m.shape[1], -1), result=lambda *x: [*x]),
    ),
    ("PretrainingHeads", "tied", head()),
    ("PretrainingHeads", "the model inside", head(the_model_inside)),
    ("PretrainingHeads", "the embedding inside", head(the_embedding_inside)),
    ("bert_parameters", "formula", counted()),
]

WRONG: list[tuple[str, str, Any]] = [
    ("wordpiece", "shortest-match", cut(ends=lambda start, n: range(start + 1, n + 1))),
    (
        "wordpiece",
        "shortest-match",
        lambda word, v, unknown="[UNK]": cut(ends=lambda s, n: range(s + 1, n + 1))(word, v),
    ),
    ("wordpiece", "no-continuation-prefix", cut("", "")),
    ("wordpiece", "no-continuation-prefix", cut("##", "")),
    ("wordpiece", "no-continuation-prefix", cut("", "##")),
    ("wordpiece", "partial-unknown", cut(stuck=lambda pieces, unknown, at, n: ([*pieces, unknown], n))),
    ("wordpiece", "partial-unknown", cut(stuck=lambda pieces, unknown, at, n: ([*pieces, unknown], at + 1))),
    ("wordpiece", "partial-unknown", cut(stuck=lambda pieces, unknown, at, n: (pieces, n))),
    (
        "pack_pair",
        "separator-segment",
        resegmented(lambda ids, own, sep: [int(1 in own and i >= ids.index(sep)) for i in range(len(ids))]),
    ),
    ("pack_pair", "separator-segment", resegmented(lambda ids, own, sep: [*own[:-1], 0])),
    ("pack_pair", "truncates-second-only", second_only),
    ("pack_pair", "truncates-second-only", second_only_by_pop),
    ("pack_pair", "overlong", popped(specials=3)),
    ("pack_pair", "overlong", popped(specials=10**9)),
    (
        "BertEmbeddings",
        "segment-missing",
        embedding(lambda m, ids, segments: m.dropout(m.norm(m.token(ids) + placed(m, ids)))),
    ),
    (
        "BertEmbeddings",
        "segment-missing",
        embedding(
            lambda m, ids, segments: m.norm(m.token(ids) + placed(m, ids)), more=lambda m, d: delattr(m, "segment")
        ),
    ),
    ("BertEmbeddings", "concatenated", embedding(lambda m, *x: m.norm(side_by_side(m, *x)), width=3)),
    (
        "BertEmbeddings",
        "concatenated",
        embedding(
            lambda m, *x: m.norm(m.projection(side_by_side(m, *x))),
            more=lambda m, d: setattr(m, "projection", nn.Linear(3 * d, d)),
        ),
    ),
    ("BertEmbeddings", "norm-missing", embedding(total)),
    ("BertEmbeddings", "norm-missing", embedding(total, more=lambda m, d: delattr(m, "norm"))),
    (
        "BertEmbeddings",
        "scaled",
        embedding(lambda m, ids, segments: m.norm(total(m, ids, segments) + m.token(ids) * (rate_of(m) - 1))),
    ),
    ("BertEmbeddings", "scaled", embedding(lambda m, *x: m.norm(total(m, *x)) * rate_of(m))),
    ("mask_tokens", "ratios-of-all-tokens", masking(ways=lambda u, chosen, rate: thirds(u, chosen | True, rate))),
    ("mask_tokens", "ratios-of-all-tokens", masking(ways=lambda u, c, rate: thirds(lambda: u() / rate, c, rate))),
    ("mask_tokens", "ratios-of-all-tokens", masking(choose=a_share_of_all)),
    ("mask_tokens", "specials-masked", masking(special_too=True)),
    ("mask_tokens", "specials-masked", lambda ids, special, *more, **rate: masking()(ids, ~special, *more, **rate)),
    ("mask_tokens", "overlapping-draws", masking(ways=lambda u, c, rate: (c & (u() < 0.8), c & (u() < 0.1)))),
    ("mask_tokens", "overlapping-draws", masking(ways=lambda u, c, rate: (c & (u() < 0.8), c & (u() < 0.5)))),
    ("mask_tokens", "overlapping-draws", masking(ways=masked_not_twice)),
    ("mask_tokens", "overlapping-draws", separate_draws),
    ("mask_tokens", "overlapping-draws", one_draw_for_two_purposes),
    ("mask_tokens", "labels-from-corrupted", masking(labels=lambda chosen, old, out: torch.where(chosen, out, -100))),
    (
        "mask_tokens",
        "labels-from-corrupted",
        masking(labels=lambda chosen, old, out: out.masked_fill(~chosen, -100), in_place=True),
    ),
    ("mask_tokens", "in-place", masking(in_place=True)),
    (
        "mask_tokens",
        "in-place",
        lambda ids, *more, **rate: (ids.copy_((found := by_bernoulli(ids, *more, **rate))[0]), found[1]),
    ),
    ("mask_tokens", "always-mask", masking(ways=lambda u, chosen, rate: (chosen, chosen & False))),
    (
        "mask_tokens",
        "always-mask",
        lambda ids, special, v, mask_id, g, rate=0.15: (
            ids.masked_fill(c := (torch.rand(ids.shape, generator=g) < rate) & ~special, mask_id),
            ids.masked_fill(~c, -100),
        ),
    ),
    ("masked_lm_loss", "all-positions", lambda x, y: F.cross_entropy(x.mT, y, reduction="none").mean()),
    ("masked_lm_loss", "all-positions", lone_loss(lambda each, labels: each.mean())),
    ("masked_lm_loss", "ignores-zero", lambda x, y: selected(x, y.where(y != 0, -100))),
    ("masked_lm_loss", "ignores-zero", lambda x, y: F.cross_entropy(x.mT, y, ignore_index=0)),
    ("masked_lm_loss", "nan-when-none", lambda x, y: F.cross_entropy(x.mT, y)),
    ("masked_lm_loss", "nan-when-none", lone_loss(lambda each, y: (each * (y >= 0)).sum() / (y >= 0).sum())),
    ("next_sentence_pairs", "label-flipped", paired(flip=True)),
    ("next_sentence_pairs", "label-flipped", paired(result=lambda pairs: [(a, b, not label) for a, b, label in pairs])),
    ("next_sentence_pairs", "same-document", paired(others=lambda documents, i: [d for d in documents if d])),
    ("next_sentence_pairs", "same-document", paired(others=lambda documents, i: [documents[i]])),
    ("next_sentence_pairs", "unbalanced", paired(coin=2.0)),
    ("next_sentence_pairs", "unbalanced", paired(coin=0.3)),
    ("BertModel", "relu-instead-of-gelu", bert(activation=F.relu)),
    ("BertModel", "relu-instead-of-gelu", bert(activation=lambda x: x.clamp(min=0))),
    ("BertModel", "pooled-by-mean", bert(lambda m, hidden, mask: torch.tanh(m.pooler(hidden.mean(1))))),
    ("BertModel", "pooled-by-mean", bert(lambda m, hidden, mask: torch.tanh(m.pooler(real_mean(hidden, mask))))),
    ("BertModel", "no-pooler-tanh", bert(lambda m, hidden, mask: m.pooler(hidden[:, 0]))),
    ("BertModel", "no-pooler-tanh", bert(lambda m, hidden, mask: m.pooler(hidden).select(1, 0))),
    ("BertModel", "mask-ignored", bert(mask_of=lambda mask: None)),
    ("BertModel", "mask-ignored", bert(mask_of=lambda mask: (mask | True)[:, None, None])),
    ("PretrainingHeads", "untied-decoder", head(untied)),
    ("PretrainingHeads", "untied-decoder", head(copied)),
    ("PretrainingHeads", "untied-decoder", head(same_memory)),
    ("PretrainingHeads", "transform-missing", head(transform=lambda head, hidden: head.norm(hidden))),
    ("PretrainingHeads", "transform-missing", head(without_transform, transform=lambda head, hidden: hidden)),
    ("bert_parameters", "pooler-forgotten", counted(lambda d, n, i: d * d + d)),
    ("bert_parameters", "pooler-forgotten", lambda *args, **more: counted()(*args, **more) - args[1] * (args[1] + 1)),
    ("bert_parameters", "biases-forgotten", counted(lambda d, n, i: n * (5 * d + i) + d)),
    ("bert_parameters", "biases-forgotten", counted(lambda d, n, i: n * (5 * d + i) + d + (2 * n + 1) * d)),
    ("bert_parameters", "norms-forgotten", counted(lambda d, n, i: 4 * n * d + 2 * d)),
    ("bert_parameters", "norms-forgotten", counted(lambda d, n, i: 2 * d)),
]

UNNAMED: list[tuple[str, str, Any]] = [
    ("wordpiece", "backtracking", backtracking),
    ("wordpiece", "lower case", lambda word, v, unknown="[UNK]": cut()(word.lower(), v, unknown)),
    ("wordpiece", "unknown ignored", lambda word, v, unknown="[UNK]": cut()(word, v)),
    ("wordpiece", "a text", lambda word, v, unknown="[UNK]": " ".join(cut()(word, v, unknown))),
    ("pack_pair", "into its arguments", popped(copies=False)),
    ("pack_pair", "the first loses on a tie", popped(first_on_a_tie=True)),
    ("pack_pair", "tensors", lambda *args: tuple(map(torch.tensor, popped()(*args)))),
    ("BertEmbeddings", "eps of the default", embedding(eps=1e-5)),
    ("BertEmbeddings", "a mean", embedding(lambda m, *x: m.dropout(m.norm(total(m, *x) / 3)))),
    ("BertEmbeddings", "no positions", embedding(lambda m, i, s: m.dropout(m.norm(m.token(i) + m.segment(s))))),
    ("BertEmbeddings", "no dropout", embedding(lambda m, *x: m.norm(total(m, *x)))),
    ("mask_tokens", "a fixed number", masking(choose=a_fixed_number)),
    ("mask_tokens", "a fixed number a row", masking(choose=a_fixed_number_a_row)),
    ("mask_tokens", "whole columns", masking(choose=lambda u, special, rate: (u()[:1] < rate) & ~special)),
    ("mask_tokens", "whole rows", masking(choose=lambda u, special, rate: (u()[:, :1] < rate) & ~special)),
    ("mask_tokens", "the rate ignored", masking(choose=lambda u, special, rate: (u() < 0.15) & ~special)),
    (
        "mask_tokens",
        "never id 0",
        masking(random_ids=lambda v, ids, g, mask_id: torch.randint(1, v, ids.shape, generator=g)),
    ),
    (
        "mask_tokens",
        "never the last id",
        masking(random_ids=lambda v, ids, g, mask_id: torch.randint(v - 1, ids.shape, generator=g)),
    ),
    (
        "mask_tokens",
        "never the old id",
        masking(random_ids=lambda v, ids, g, mask_id: (ids + torch.randint(1, v, ids.shape, generator=g)) % v),
    ),
    (
        "mask_tokens",
        "never the mask's id",
        masking(random_ids=lambda v, ids, g, mask_id: (mask_id + torch.randint(1, v, ids.shape, generator=g)) % v),
    ),
    (
        "mask_tokens",
        "one id for all",
        masking(random_ids=lambda v, ids, g, mask_id: torch.randint(v, (1,), generator=g).expand(ids.shape)),
    ),
    ("mask_tokens", "kept ones unlabelled", masking(labels=lambda c, old, out: old.masked_fill(old == out, -100))),
    ("mask_tokens", "its own randomness", lambda i, s, v, m, g, rate=0.15: by_bernoulli(i, s, v, m, None, rate)),  # type: ignore[arg-type]
    ("mask_tokens", "seeded", lambda i, s, v, m, g, rate=0.15: by_bernoulli(i, s, v, m, g.manual_seed(1), rate)),
    (
        "masked_lm_loss",
        "not attached",
        lambda x, y: selected(x, y) if (y >= 0).any() else torch.zeros((), dtype=x.dtype),
    ),
    ("masked_lm_loss", "a sum", lambda x, y: selected(x, y) * (y >= 0).sum()),
    ("masked_lm_loss", "softmax twice", lambda x, y: selected(x.softmax(-1), y)),
    ("next_sentence_pairs", "ints", paired(result=lambda pairs: [(a, b, int(label)) for a, b, label in pairs])),
    ("next_sentence_pairs", "one short", paired(result=lambda pairs: pairs[:-1])),
    ("next_sentence_pairs", "list.index", by_index),
    ("next_sentence_pairs", "alternating", alternating),
    (
        "next_sentence_pairs",
        "empty documents",
        paired(others=lambda docs, i: [d for j, d in enumerate(docs) if j != i]),
    ),
    (
        "next_sentence_pairs",
        "the first document",
        paired(others=lambda docs, i: [[next(d for j, d in enumerate(docs) if j != i and d)[0]]]),
    ),
    ("next_sentence_pairs", "its own randomness", lambda documents, g: paired()(documents, torch.default_generator)),
    ("BertModel", "approximate GELU", bert(activation=lambda x: F.gelu(x, approximate="tanh"))),
    ("BertModel", "eps of the default", bert(eps=1e-5)),
    ("BertModel", "no dropout", bert(dropping=False)),
    ("BertModel", "config not kept", bert(keeps=False)),
    ("BertModel", "mask inverted", bert(mask_of=lambda mask: ~mask[:, None, None])),
    ("BertModel", "the last token", bert(lambda m, hidden, mask: torch.tanh(m.pooler(hidden[:, -1])))),
    ("BertModel", "swapped", bert(result=lambda hidden, pooled: (pooled, hidden))),
    ("PretrainingHeads", "no GELU", head(transform=lambda head, hidden: head.norm(head.transform(hidden)))),
    ("PretrainingHeads", "norm first", head(transform=lambda head, hidden: F.gelu(head.norm(head.transform(hidden))))),
    ("PretrainingHeads", "eps of the default", head(eps=1e-5)),
    ("bert_parameters", "options ignored", lambda v, d, n, i, max_length=512, segments=2: counted()(v, d, n, i)),
    ("bert_parameters", "heads counted", counted(lambda d, n, i: -2 * (d + 1))),
]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.mark.parametrize(("name", "style", "answer"), RIGHT, ids=named)
def test_a_right_answer_passes_in_every_style(name: str, style: str, answer: Any) -> None:
    for seed in SEEDS:
        verdict = verdict_on(name, answer, seed)
        assert verdict.status == "passed", (seed, verdict)


def test_a_right_answer_that_goes_token_by_token_passes() -> None:
    verdict = verdict_on("mask_tokens", token_by_token)
    assert verdict.status == "passed", verdict


@pytest.mark.parametrize(("name", "misconception", "answer"), WRONG, ids=named)
def test_a_wrong_answer_is_named(name: str, misconception: str, answer: Any) -> None:
    for seed in SEEDS:
        verdict = verdict_on(name, answer, seed)
        assert (verdict.status, verdict.misconception) == ("failed", misconception), (seed, verdict)


@pytest.mark.parametrize(("name", "how", "answer"), UNNAMED, ids=named)
def test_a_wrong_answer_of_another_kind_is_told_what_was_expected_and_not_misnamed(
    name: str, how: str, answer: Any
) -> None:
    for seed in SEEDS:
        verdict = verdict_on(name, answer, seed)
        assert (verdict.status, verdict.misconception) == ("failed", None), (seed, verdict)
        assert "expected" in verdict.message or "Your code raised" in verdict.message


def test_every_misconception_is_there_in_two_writings() -> None:
    for component in load_unit(UNIT).components:
        for mistake in component.mistakes:
            assert sum((component.name, mistake.id) == wrong[:2] for wrong in WRONG) >= 2, mistake.id


def over_a_channel(name: str, answer: Any, seed: int) -> Any:
    ours, theirs = socket.socketpair()
    component = find_component(name, UNIT)[1]
    subject = InProcessSubject(answer, component.forbidden)
    threading.Thread(target=serve, args=(Channel(theirs), subject), daemon=True).start()
    remote = RemoteSubject(Channel(ours))
    verdict = judge(component, remote, seed)
    remote.close()
    return verdict


FIRST_STYLES = {name: answer for name, _, answer in reversed(RIGHT)}
FIRST_WRITINGS = {(name, mistake): answer for name, mistake, answer in reversed(WRONG)}


@pytest.mark.parametrize("name", FIRST_STYLES)
def test_a_right_answer_passes_over_a_channel_too(name: str) -> None:
    verdict = over_a_channel(name, FIRST_STYLES[name], 4)
    assert verdict.status == "passed", verdict


@pytest.mark.parametrize(("name", "misconception"), FIRST_WRITINGS)
def test_a_wrong_answer_is_named_over_a_channel_too(name: str, misconception: str) -> None:
    verdict = over_a_channel(name, FIRST_WRITINGS[name, misconception], 5)
    assert verdict.misconception == misconception, verdict


FORBIDDEN: dict[str, tuple[str, Callable[[], Any]]] = {
    "a tokenizer's model": ("wordpiece", lambda: with_tokenizers),
    "BERT's tokenizer": ("wordpiece", lambda: with_transformers),
    "BERT itself": ("BertModel", lambda: TheirBert),
    "PyTorch's encoder": ("BertModel", lambda: WithTheirEncoder),
}


def with_tokenizers(word: str, vocabulary: Any, unknown: str = "[UNK]") -> list[str]:
    models = pytest.importorskip("tokenizers.models")
    ids = {entry: number for number, entry in enumerate(dict.fromkeys([*vocabulary, unknown]))}
    return [token.value for token in models.WordPiece(ids, unk_token=unknown).tokenize(word)]


def with_transformers(word: str, vocabulary: Any, unknown: str = "[UNK]") -> list[str]:
    from transformers.models.bert.tokenization_bert_legacy import WordpieceTokenizer

    return list(WordpieceTokenizer(vocabulary, unknown).tokenize(word))


class TheirBert(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        transformers = pytest.importorskip("transformers")
        self.model = transformers.BertModel(their_config(Config(**vars(config))))


class WithTheirEncoder(bert()):  # type: ignore[misc]
    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> Any:
        width = self.config.hidden_size
        layer = nn.TransformerEncoderLayer(width, self.config.num_heads, batch_first=True)
        return layer(self.embeddings(ids, segments)), self.pooler.weight[: len(ids)]


def their_config(config: Config) -> Any:
    transformers = pytest.importorskip("transformers")
    return transformers.BertConfig(
        vocab_size=config.vocab_size,
        hidden_size=config.hidden_size,
        num_hidden_layers=config.num_layers,
        num_attention_heads=config.num_heads,
        intermediate_size=config.intermediate_size,
        max_position_embeddings=config.max_length,
        type_vocab_size=config.num_segments,
        attn_implementation="eager",
    )


THEIRS = {
    "embeddings.token": "embeddings.word_embeddings",
    "embeddings.position": "embeddings.position_embeddings",
    "embeddings.segment": "embeddings.token_type_embeddings",
    "embeddings.norm": "embeddings.LayerNorm",
    "encoder.layers.": "encoder.layer.",
    "self_attention.q_proj": "attention.self.query",
    "self_attention.k_proj": "attention.self.key",
    "self_attention.v_proj": "attention.self.value",
    "self_attention.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "feed_forward.linear1": "intermediate.dense",
    "feed_forward.linear2": "output.dense",
    "norm2": "output.LayerNorm",
    "pooler.": "pooler.dense.",
}
THEIR_HEADS = {
    "transform.": "cls.predictions.transform.dense.",
    "norm.": "cls.predictions.transform.LayerNorm.",
    "decoder_bias": "cls.predictions.bias",
    "next_sentence.": "cls.seq_relationship.",
}


def renamed(state: State, names: dict[str, str]) -> State:
    """The parameters by the library's names."""
    found = {}
    for name, tensor in state.items():
        for ours, theirs in names.items():
            name = name.replace(ours, theirs)
        found[name] = tensor
    return found


def library_model(kind: str, config: Config, state: State) -> nn.Module:
    """A model of the library, in evaluation, with these parameters."""
    transformers = pytest.importorskip("transformers")
    model: nn.Module = getattr(transformers, kind)(their_config(config)).eval()
    missing, surplus = model.load_state_dict(state, strict=False)
    assert not surplus
    assert all("position_ids" in name or name.startswith("cls.predictions.decoder") for name in missing), missing
    return model


@pytest.mark.parametrize("seed", SEEDS)
def test_the_models_oracle_is_the_librarys_bert(seed: int) -> None:
    calls = bert_model.draw(Draw(seed, "BertModel"))
    for name in ("two_layers", "padded", "one_layer", "with_holes"):
        call = calls[name]
        config, state = Config(*call.init[0].args), dict(call.state or {})
        model = library_model("BertModel", config, renamed(state, THEIRS))
        ids, segments, mask = (*call.args, *(call.kwargs[key] for key in ("segments", "mask") if key in call.kwargs))
        with torch.no_grad():
            theirs = model(input_ids=ids, token_type_ids=segments, attention_mask=mask.long())
        hidden, pooled = bert_model.pytorch()(call.init, state, ids, segments, mask)
        torch.testing.assert_close(hidden, theirs.last_hidden_state, rtol=0, atol=1e-5)
        torch.testing.assert_close(pooled, theirs.pooler_output, rtol=0, atol=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_heads_oracle_on_the_models_is_the_librarys_bert_for_pretraining(seed: int) -> None:
    draw = Draw(seed, "both")
    config = Config(13, 8, 2, 2, 10, 7)
    body, own = parameters(draw, bert_shapes(config)), parameters(draw, pretraining_heads.shapes(config))
    own["bert.embeddings.token.weight"] = body["embeddings.token.weight"]
    heads = {name: tensor for name, tensor in own.items() if not name.startswith("bert.")}
    bodied = {f"bert.{name}": tensor for name, tensor in renamed(body, THEIRS).items()}
    renamed_heads = {
        theirs + name.removeprefix(ours): tensor
        for name, tensor in heads.items()
        for ours, theirs in THEIR_HEADS.items()
        if name.startswith(ours)
    }
    model = library_model("BertForPreTraining", config, bodied | renamed_heads)
    ids, segments, mask = draw.ids(3, 6, high=13), draw.ids(3, 6, high=2), draw.mask(3, 6)
    with torch.no_grad():
        theirs = model(input_ids=ids, token_type_ids=segments, attention_mask=mask.long())
    init = (Given(CONFIG, tuple(config)),)
    found = pretraining_heads.pytorch()(init, own, *bert_model.pytorch()(init, body, ids, segments, mask))
    torch.testing.assert_close(found[0], theirs.prediction_logits, rtol=0, atol=1e-5)
    torch.testing.assert_close(found[1], theirs.seq_relationship_logits, rtol=0, atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    word=st.text("abc", min_size=1, max_size=7),
    entries=st.sets(
        st.text("abc", min_size=1, max_size=4).flatmap(lambda w: st.sampled_from([w, f"##{w}"])), max_size=20
    ),
)
def test_the_brute_force_is_the_librarys_wordpiece(word: str, entries: set[str]) -> None:
    assert wordpiece.brute_force()(word, entries) == with_tokenizers(word, entries)


@settings(max_examples=60, deadline=None)
@given(first=st.integers(1, 12), second=st.integers(1, 12), room=st.integers(2, 24))
def test_the_table_of_what_is_kept_is_the_loop_of_the_paper_s_code(first: int, second: int, room: int) -> None:
    kept = [first, second]
    while sum(kept) > room:
        kept[0 if kept[0] > kept[1] else 1] -= 1
    assert pack_pair.longest_first([0] * first, [0] * second, room) == tuple(kept)


@pytest.mark.parametrize("sizes", [(30522, 768, 12, 3072), (30522, 1024, 24, 4096), (99, 12, 2, 20)])
def test_the_number_of_parameters_is_the_librarys(sizes: tuple[int, int, int, int]) -> None:
    transformers = pytest.importorskip("transformers")
    vocab, hidden, layers, inner = sizes
    with torch.device("meta"):
        model = transformers.BertModel(their_config(Config(vocab, hidden, layers, hidden // 4, inner)))
    expected = sum(parameter.numel() for parameter in model.parameters())
    assert bert_parameters.counted(lambda name: True)(*sizes) == expected
    if vocab > 99:
        assert expected in (109_482_240, 335_141_888)


@pytest.mark.parametrize("way", FORBIDDEN)
def test_what_the_libraries_have_is_refused(way: str) -> None:
    name, answer = FORBIDDEN[way]
    assert "asks you to build" in verdict_on(name, answer()).message


def test_the_checks_import_no_library_that_has_the_answers() -> None:
    program = (
        "import sys\n"
        "from autograder.judging.inprocess import InProcessSubject\n"
        "from autograder.units import load_unit\n"
        f"for component in load_unit({UNIT!r}).components: InProcessSubject(print, component.forbidden)\n"
        "print(sorted({'transformers', 'tokenizers', 'torch._dynamo'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", done.stdout


def exact_tail(n: int, share: float) -> float:
    """The probability that a binomial count is called far off, summed exactly."""
    return sum(
        math.exp(
            math.lgamma(n + 1)
            - math.lgamma(k + 1)
            - math.lgamma(n - k + 1)
            + k * math.log(share)
            + (n - k) * math.log(1 - share)
        )
        for k in range(n + 1)
        if far_off(k, share, n)
    )


@pytest.mark.parametrize(
    ("n", "share"), [(8000, 0.15), (8000, 0.5), (13_860, 0.9 / 3), (13_860, 0.1 / 3), (4000, 0.1 / 11), (1300, 0.5)]
)
def test_chance_is_mistaken_for_a_mistake_less_than_twice_in_a_hundred_million(n: int, share: float) -> None:
    assert exact_tail(n, share) < 2e-8
    assert far_off(0, share, n) and far_off(n, share, n)


def test_the_evenness_of_coins_is_a_normal_number() -> None:
    generator = torch.Generator().manual_seed(0)
    totals = (torch.randn(4000, 90, generator=generator) ** 2).sum(1)
    numbers = torch.tensor([uneven(total, 90) for total in totals.tolist()])
    assert abs(float(numbers.mean())) < 0.1 and 0.9 < float(numbers.std()) < 1.1
    assert uneven(1.0, 90) < -SIGMAS and uneven(400.0, 90) > SIGMAS


def test_a_head_is_seen_with_the_models_table_whether_it_holds_the_model_or_not() -> None:
    for answer in (head(tied), head(the_model_inside), head(the_embedding_inside)):
        model = Skeleton(11, 6, 1, 2, 9)
        both = OnBert(model, answer(model))
        names = [name for name, _ in both.named_parameters()]
        assert names.count("bert.embeddings.token.weight") == 1 and "transform.weight" in names
        assert dict(both.named_parameters())["bert.embeddings.token.weight"] is model.get_parameter(
            "embeddings.token.weight"
        )


def test_the_oracle_of_the_embeddings_starts_the_oracle_of_the_model() -> None:
    call = bert_model.draw(Draw(0, "BertModel"))["two_layers"]
    assert below(dict(call.state or {}), "embeddings").keys() == {
        *("token.weight", "position.weight", "segment.weight", "norm.weight", "norm.bias")
    }
