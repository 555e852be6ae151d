"""Units 06 and 07: right answers in many styles pass, wrong ones are named; the oracles against other truths."""

import math
import socket
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from autograder.judging import expect
from autograder.judging.component import Call, Component, Given, Property
from autograder.judging.draws import Draw
from autograder.judging.fixtures import GradientDescent, MultiHeadAttention, Scripted
from autograder.judging.inprocess import InProcessSubject
from autograder.judging.judge import judge
from autograder.judging.properties import agrees, leaves_its_inputs_alone
from autograder.judging.remote import RemoteSubject, serve
from autograder.judging.trial import Trial
from autograder.judging.wire import Channel
from autograder.units import find_component, load_unit
from autograder.units.u04_multi_head_attention.multi_head_attention import pytorch as attention_of_unit_04
from autograder.units.u06_training_and_decoding import beam_search, cached_attention, corpus_bleu
from autograder.units.u06_training_and_decoding.tree import Step
from autograder.units.u07_gpt import filter_logits

SEEDS = range(3)
arange = torch.arange
Answer = Callable[..., Any]


def verdict_on(name: str, answer: Any, seed: int = 1) -> Any:
    component = find_component(name)[1]
    return judge(component, InProcessSubject(answer, component.forbidden), seed)


def named(value: Any) -> str | None:
    """A test's id must be the same in every process, so it holds no function's address."""
    return value if isinstance(value, str) else ""


# What follows are answers as students may write them: makers of right ones, with something to be done differently.


def smoothed(
    target: Callable[[Tensor, int, float, int], Tensor] | None = None,
    mean: Callable[[Tensor, Tensor], Tensor] = lambda loss, real: loss[real].mean(),
) -> Answer:
    """Cross-entropy with a target distribution (B, T, V) written out."""

    def spread(safe: Tensor, v: int, s: float, pad: int) -> Tensor:
        return F.one_hot(safe, v) * (1 - s) + s / v

    def loss(logits: Tensor, labels: Tensor, smoothing: float, pad_id: int) -> Tensor:
        real = labels != pad_id
        shares = (target or spread)(labels.where(labels >= 0, 0), logits.shape[-1], smoothing, pad_id)
        return mean(-(shares * logits.log_softmax(-1)).sum(-1), real)

    return loss


def others_only(safe: Tensor, v: int, s: float, pad: int) -> Tensor:
    return torch.full((*safe.shape, v), s / (v - 1)).scatter(-1, safe[..., None], 1 - s)


def others_but_padding(safe: Tensor, v: int, s: float, pad: int) -> Tensor:
    shares = torch.full((*safe.shape, v), s / (v - 2)).scatter(-1, safe[..., None], 1 - s)
    shares[..., pad] = 0
    return shares


def added_to_the_label(safe: Tensor, v: int, s: float, pad: int) -> Tensor:
    return F.one_hot(safe, v) * (1 - s) + s / (v - 1)


def by_divergence(logits: Tensor, labels: Tensor, smoothing: float, pad_id: int) -> Tensor:
    v, real = logits.shape[-1], labels != pad_id
    target = torch.full_like(logits[real], smoothing / v)
    target.scatter_add_(1, labels[real][:, None], torch.full((len(target), 1), 1 - smoothing, dtype=logits.dtype))
    entropy = -torch.special.entr(target).sum(-1)
    divergence = F.kl_div(logits[real].log_softmax(-1), target, reduction="none").sum(-1)
    return (divergence - entropy).sum() / real.sum()


def by_nll(logits: Tensor, labels: Tensor, smoothing: float, pad_id: int) -> Tensor:
    log_probs = logits.log_softmax(-1).flatten(0, 1)
    flat = labels.flatten()
    plain = F.nll_loss(log_probs, flat, ignore_index=pad_id)
    uniform = -log_probs.mean(-1)[flat != pad_id].mean()
    return (1 - smoothing) * plain + smoothing * uniform


def token_by_token(logits: Tensor, labels: Tensor, smoothing: float, pad_id: int) -> Tensor:
    losses = []
    for row, ids in zip(logits, labels, strict=True):
        for scores, label in zip(row, ids, strict=True):
            if label != pad_id:
                log_probs = scores - scores.logsumexp(0)
                losses.append(-(1 - smoothing) * log_probs[label] - smoothing * log_probs.mean())
    return torch.stack(losses).mean()


def padded_uniform(logits: Tensor, labels: Tensor, smoothing: float, pad_id: int) -> Tensor:
    log_probs, real = logits.log_softmax(-1), labels != pad_id
    plain = -log_probs.gather(-1, labels.where(real, 0)[..., None]).squeeze(-1)
    return (1 - smoothing) * plain[real].mean() - smoothing * log_probs.mean()


def two_branches(step: int, d_model: int, warmup: int) -> float:
    rate = step / warmup**1.5 if step < warmup else 1 / math.sqrt(step)
    return rate / math.sqrt(d_model)


def as_tensor(step: int, d_model: int, warmup: int) -> Tensor:
    return torch.tensor(float(step)).pow(-0.5).minimum(torch.tensor(step * warmup**-1.5)) * d_model**-0.5


def decays_to(end: Callable[[int], int]) -> Answer:
    def rate(step: int, d_model: int, warmup: int) -> float:
        peak, total = (d_model * warmup) ** -0.5, end(warmup)
        return peak * min(step / warmup, max(0.0, (total - step) / (total - warmup)))

    return rate


def trained(**changed: Any) -> Answer:
    """A step of training whose parts can be exchanged."""

    def clip(model: nn.Module, max_norm: float) -> None:
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)

    def nothing(*_: Any) -> None:
        pass

    def step(model: nn.Module, batch: Any, loss_fn: Answer, optimizer: Any, max_norm: float) -> Any:
        changed.get("mode", nn.Module.train)(model)
        source, decoder_input, labels = batch
        changed.get("clear", lambda model, optimizer: optimizer.zero_grad())(model, optimizer)
        loss = loss_fn(model(source, decoder_input), labels)
        loss.backward()
        changed.get("before", clip)(model, max_norm)
        optimizer.step()
        changed.get("after", nothing)(model, max_norm)
        changed.get("end", nothing)(model)
        return changed.get("result", Tensor.item)(loss)

    return step


def clipped_by_hand(model: nn.Module, max_norm: float) -> None:
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    norm = torch.stack([g.norm() for g in gradients]).norm()
    if norm > max_norm:
        for gradient in gradients:
            gradient *= max_norm / norm


def replaced_gradients(model: nn.Module, max_norm: float) -> None:
    norm = math.sqrt(sum(float(p.grad.pow(2).sum()) for p in model.parameters()))
    for p in model.parameters():
        p.grad = p.grad * min(1.0, max_norm / norm)


def set_to_none(model: nn.Module, optimizer: Any) -> None:
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = None


def with_a_closure(model: nn.Module, batch: Any, loss_fn: Answer, optimizer: Any, max_norm: float) -> float:
    model.train()

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss: Tensor = loss_fn(model(*batch[:2]), batch[2])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        return loss

    return float(optimizer.step(closure).detach())


def by_autograd(model: nn.Module, batch: Any, loss_fn: Answer, optimizer: Any, max_norm: float) -> Tensor:
    model.train(True)
    loss: Tensor = loss_fn(model(batch[0], batch[1]), batch[2])
    parameters = list(model.parameters())
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        parameter.grad = gradient
    nn.utils.clip_grad_norm_(parameters, max_norm)
    optimizer.step()
    return loss.detach()


def set_aside(**changed: Any) -> Answer:
    """A beam search that sets ended hypotheses aside, with something done differently."""

    def search(
        step: Answer, state: Tensor, bos_id: int, eos_id: int, beam_size: int, max_length: int, penalty: float = 0.0
    ) -> Any:
        beams, ended = [([], changed.get("start", 0.0))], []
        tokens = torch.tensor([bos_id])
        length = changed.get("length", len)
        for _ in range(max_length):
            log_probs, state = step(tokens, state)
            add = changed.get("add", lambda total, log_prob: total + log_prob)
            totals = torch.tensor([total for _, total in beams])[:, None].expand_as(log_probs)
            totals = add(totals, log_probs)
            taken = min(changed.get("taken", 1) * beam_size, totals.numel())
            best = totals.flatten().topk(taken)
            beams, parents = [], []
            following = []
            for total, place in zip(best.values.tolist(), best.indices.tolist(), strict=True):
                parent, word = divmod(place, totals.shape[1])
                following.append((parent, word, total))
            hypotheses = changed.setdefault("_ids", {})
            for parent, word, total in following:
                ids = [*hypotheses.get(parent, []), word]
                if word == eos_id:
                    ended.append((ids, total))
                elif len(beams) < beam_size:
                    beams.append((ids, total))
                    parents.append(parent)
            changed["_ids"] = {row: ids for row, (ids, _) in enumerate(beams)}
            if not beams or changed.get("enough", lambda ended, beams, size: False)(ended, beams, beam_size):
                break
            state = changed.get("carry", lambda state, parents: state[torch.tensor(parents)])(state, parents)
            tokens = torch.tensor([ids[-1] for ids, _ in beams])
        changed["_ids"] = {}
        compete = ended + (beams if changed.get("unended", True) else [])
        ids, total = max(compete, key=lambda one: one[1] / length(one[0]) ** penalty)
        score = total / length(ids) ** penalty
        return changed.get("result", lambda ids, score: (ids, score))([i for i in ids if i != eos_id], score)

    return search


def in_the_beam(
    step: Answer, state: Tensor, bos_id: int, eos_id: int, beam_size: int, max_length: int, length_penalty: float = 0.0
) -> Any:
    """Ended hypotheses stay in the beam, which is full from the beginning; all in tensors."""
    state = state.repeat_interleave(beam_size, 0)
    ids = torch.full((beam_size, 1), bos_id)
    totals = torch.full((beam_size,), -math.inf)
    totals[0] = 0.0
    ended = torch.zeros(beam_size, dtype=torch.bool)
    lengths = torch.zeros(beam_size)
    for _ in range(max_length):
        log_probs, state = step(ids[:, -1], state)
        stays = torch.full_like(log_probs, -math.inf)
        stays[:, eos_id] = 0.0
        log_probs = torch.where(ended[:, None], stays, log_probs)
        candidates = totals[:, None] + log_probs
        longer = (lengths + ~ended)[:, None].expand_as(candidates)
        best = (candidates / longer**length_penalty).flatten().topk(beam_size).indices
        parents, words = best // log_probs.shape[1], best % log_probs.shape[1]
        totals, lengths = candidates.flatten()[best], longer.flatten()[best]
        ids, state = torch.cat([ids[parents], words[:, None]], 1), state.index_select(0, parents)
        ended = ended[parents] | (words == eos_id)
        if ended.all():
            break
    scores = totals / lengths**length_penalty
    found = ids[scores.argmax(), 1:]
    return found[found != eos_id], scores.max()


def one_by_one(
    step: Answer, state: Tensor, bos_id: int, eos_id: int, beam_size: int, max_length: int, length_penalty: float = 0.0
) -> Any:
    """Step is asked for one hypothesis at a time; those that have ended stay among the others."""
    beams: list[tuple[list[int], float, Any]] = [([], 0.0, state)]
    for _ in range(max_length):
        grown = []
        for ids, total, own in beams:
            if ids and ids[-1] == eos_id:
                grown.append((ids, total, own))
                continue
            log_probs, new = step(torch.tensor([ids[-1] if ids else bos_id]), own)
            grown += [([*ids, word], total + p, new) for word, p in enumerate(log_probs[0].tolist())]
        beams = sorted(grown, key=lambda one: -one[1])[:beam_size]
        if beams[0][0][-1] == eos_id and not length_penalty:
            break
    ids, total, _ = max(beams, key=lambda one: one[1] / len(one[0]) ** length_penalty)
    return [i for i in ids if i != eos_id], total / len(ids) ** length_penalty


def only_favourites(
    step: Answer, state: Tensor, bos_id: int, eos_id: int, beam_size: int, max_length: int, penalty: float = 0.0
) -> Any:
    log_probs, state = step(torch.tensor([bos_id]), state)
    best = log_probs[0].topk(min(beam_size, log_probs.shape[1]))
    beams = [([w], t) for w, t in zip(best.indices.tolist(), best.values.tolist(), strict=True)]
    state = state.repeat_interleave(len(beams), 0)
    for _ in range(max_length - 1):
        log_probs, state = step(torch.tensor([ids[-1] for ids, _ in beams]), state)
        values, words = log_probs.max(-1)
        beams = [
            (ids, total) if eos_id in ids else ([*ids, word], total + value)
            for (ids, total), value, word in zip(beams, values.tolist(), words.tolist(), strict=True)
        ]
    ids, total = max(beams, key=lambda one: one[1] / len(one[0]) ** penalty)
    return [i for i in ids if i != eos_id], total / len(ids) ** penalty


def one_child_each(
    step: Answer, state: Tensor, bos_id: int, eos_id: int, beam_size: int, max_length: int, penalty: float = 0.0
) -> Any:
    beams = [([], 0.0, state)]
    for length in range(max_length):
        grown = []
        for ids, total, own in beams:
            if eos_id in ids:
                grown.append((ids, total, own))
                continue
            log_probs, new = step(torch.tensor([ids[-1] if ids else bos_id]), own)
            best = log_probs[0].topk(min(beam_size, log_probs.shape[1]) if length == 0 else 1)
            grown += [
                ([*ids, w], total + v, new) for w, v in zip(best.indices.tolist(), best.values.tolist(), strict=True)
            ]
        beams = sorted(grown, key=lambda one: -one[1])[:beam_size]
    ids, total, _ = max(beams, key=lambda one: one[1] / len(one[0]) ** penalty)
    return [i for i in ids if i != eos_id], total / len(ids) ** penalty


def full_from_the_start(move: Callable[[Tensor, Tensor], Tensor] = lambda state, parents: state[parents]) -> Answer:
    """Rows of tensors, full from the first step on, ended ones frozen; ``move`` says which states go on."""

    def search(
        step: Answer, state: Tensor, bos_id: int, eos_id: int, beam_size: int, max_length: int, penalty: float = 0.0
    ) -> Any:
        state = state.expand(beam_size, *state.shape[1:])
        totals = torch.tensor([0.0] + [-math.inf] * (beam_size - 1))
        beams: list[list[int]] = [[] for _ in range(beam_size)]
        tokens = torch.full((beam_size,), bos_id)
        for _ in range(max_length):
            log_probs, state = step(tokens, state)
            for row, ids in enumerate(beams):
                if eos_id in ids:
                    log_probs[row] = -math.inf
                    log_probs[row, eos_id] = 0.0
            totals, flat = (totals[:, None] + log_probs).flatten().topk(beam_size)
            parents, tokens = flat // log_probs.shape[1], flat % log_probs.shape[1]
            beams = [
                beams[p] if eos_id in beams[p] else [*beams[p], w]
                for p, w in zip(parents.tolist(), tokens.tolist(), strict=True)
            ]
            state = move(state, parents)
        scores = [total / len(ids) ** penalty for total, ids in zip(totals.tolist(), beams, strict=True)]
        best = scores.index(max(scores))
        return [i for i in beams[best] if i != eos_id], scores[best]

    return search


def adds_eos_again(
    step: Answer, state: Tensor, bos_id: int, eos_id: int, beam_size: int, max_length: int, length_penalty: float = 0.0
) -> Any:
    """What has ended goes on with EOS, at its price."""

    def only_eos(tokens: Tensor, state: Tensor) -> Any:
        log_probs, state = step(tokens, state)
        ended = tokens == eos_id
        others = arange(log_probs.shape[1]) != eos_id
        return log_probs.masked_fill(ended[:, None] & others, -1e9), state

    return never_ends(cut=True)(only_eos, state, bos_id, eos_id, beam_size, max_length, length_penalty)


def never_ends(cut: bool, records: bool = False) -> Answer:
    """EOS is a token like the others; at the end, what follows it is cut off or not."""

    def search(
        step: Answer, state: Tensor, bos_id: int, eos_id: int, beam_size: int, max_length: int, penalty: float = 0.0
    ) -> Any:
        beams: list[tuple[list[int], float]] = [([], 0.0)]
        ended = []
        tokens = torch.tensor([bos_id])
        for _ in range(max_length):
            log_probs, state = step(tokens, state)
            totals = log_probs + torch.tensor([total for _, total in beams])[:, None]
            best = totals.flatten().topk(min(beam_size, totals.numel()))
            parents, words = best.indices // log_probs.shape[1], best.indices % log_probs.shape[1]
            beams = [
                ([*beams[p][0], w], t)
                for p, w, t in zip(parents.tolist(), words.tolist(), best.values.tolist(), strict=True)
            ]
            ended += [beam for beam in beams if beam[0][-1] == eos_id] if records else []
            state, tokens = state[parents], words
        ids, total = max(ended + beams, key=lambda one: one[1] / len(one[0]) ** penalty)
        score = total / len(ids) ** penalty
        return (ids[: ids.index(eos_id)] if cut and eos_id in ids else ids), score

    return search


def cached(**changed: Any) -> Answer:
    """Attention with a cache, with something done differently."""

    def attend(attention: Any, x_new: Tensor, cache: Any = None) -> Any:
        def heads(x: Tensor) -> Tensor:
            return x.unflatten(-1, (attention.num_heads, -1)).transpose(1, 2)

        q, k, v = (heads(part(x_new)) for part in (attention.q_proj, attention.k_proj, attention.v_proj))
        whole = (k, v) if cache is None else tuple(torch.cat(pair, 2) for pair in zip(cache, (k, v), strict=True))
        seen = changed.get("seen", lambda whole, new: whole)(whole, (k, v))
        mask = changed.get("mask", lambda new, whole: torch.ones(new, whole).tril(whole - new).bool())
        allowed = mask(x_new.shape[1], seen[0].shape[2])
        scores = (q @ seen[0].mT / q.shape[-1] ** 0.5).masked_fill(~allowed, -math.inf)
        output = attention.out_proj((scores.softmax(-1) @ seen[1]).transpose(1, 2).flatten(2))
        return output, changed.get("keep", lambda whole, new, q, cache: whole)(whole, (k, v), q, cache)

    return attend


def token_after_token(attention: Any, x_new: Tensor, cache: Any = None) -> Any:
    outputs = []
    for x in x_new.split(1, dim=1):
        output, cache = cached()(attention, x, cache)
        outputs.append(output)
    return torch.cat(outputs, 1), list(cache)


def through_the_layer(attention: Any, x_new: Tensor, cache: Any = None) -> Any:
    """The layer itself, where there is nothing in the cache."""
    if cache is not None:
        return cached()(attention, x_new, cache)
    length = x_new.shape[1]
    output, _ = attention(x_new, x_new, x_new, torch.ones(1, 1, length, length, dtype=torch.bool).tril())
    keys, values = (
        torch.stack(part(x_new).chunk(attention.num_heads, -1), 1) for part in (attention.k_proj, attention.v_proj)
    )
    return output, (keys, values)


def queries_of_all(attention: Any, x_new: Tensor, cache: Any = None) -> Any:
    """A cache of three, with the queries in it, from which all outputs are computed again."""
    split = [
        p(x_new).unflatten(-1, (attention.num_heads, -1)).transpose(1, 2)
        for p in (attention.q_proj, attention.k_proj, attention.v_proj)
    ]
    q, k, v = split if cache is None else (torch.cat(pair, 2) for pair in zip(cache, split, strict=True))
    output = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
    return attention.out_proj(output)[:, -x_new.shape[1] :], (q, k, v)


def bleu(**changed: Any) -> Answer:
    """BLEU with counters, with something done differently."""

    def score(hypotheses: list[Any], references: list[Any], max_n: int = 4) -> float:
        precisions = []
        for n in range(1, max_n + 1):
            matched = total = 0
            for pair in zip(hypotheses, references, strict=True):
                found, there = (Counter(tuple(side[i : i + n]) for i in range(len(side) - n + 1)) for side in pair)
                matched += changed.get("match", lambda found, there: sum((found & there).values()))(found, there)
                total += sum(found.values())
            if matched == 0:
                return 0.0
            precisions.append(matched / total)
        c, r = sum(map(len, hypotheses)), sum(map(len, references))
        mean = changed.get("mean", lambda p: math.exp(sum(math.log(x) for x in p) / len(p)))(precisions)
        return 100 * mean * changed.get("penalty", lambda c, r: 1.0 if c > r else math.exp(1 - r / c))(c, r)

    return score


def bleu_of_sentences(hypotheses: list[Any], references: list[Any], max_n: int = 4) -> float:
    scores = [bleu()([h], [r], max_n) for h, r in zip(hypotheses, references, strict=True)]
    return sum(scores) / len(scores)


def unclipped(found: Counter[Any], there: Counter[Any]) -> int:
    return sum(count for gram, count in found.items() if gram in there)


class Layer(nn.Module):
    """A pre-norm layer with the parts of unit 05's."""

    def __init__(self, d_model: int, num_heads: int, d_ff: int, dropout: float) -> None:
        super().__init__()
        self.self_attention = MultiHeadAttention(d_model, num_heads)
        self.feed_forward = nn.Module()
        self.feed_forward.linear1, self.feed_forward.linear2 = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model)
        self.norm1, self.norm2 = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        y = self.norm1(x)
        x = x + self.dropout(self.self_attention(y, y, y, mask)[0])
        inner = self.feed_forward.get_submodule("linear1")(self.norm2(x)).relu()
        return x + self.dropout(self.feed_forward.get_submodule("linear2")(inner))


class Stack(nn.Module):
    """An encoder with the parts of unit 05's."""

    def __init__(self, num_layers: int, d_model: int, num_heads: int, d_ff: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(d_model, num_heads, d_ff, dropout) for _ in range(num_layers))
        self.norm = nn.LayerNorm(d_model)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        for layer in self.layers:
            x = layer(x, mask)
        return self.norm(x)


class Positions(nn.Module):
    """Unit 03's learned positions."""

    def __init__(self, max_length: int, d_model: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(max_length, d_model)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.embedding(arange(x.shape[1]))


def language_model(**changed: Any) -> type[nn.Module]:
    """A model with something done differently."""

    class CausalLM(nn.Module):
        def __init__(self, vocab_size: int, max_length: int, d: int, h: int, d_ff: int, n: int, dropout: float = 0.0):
            super().__init__()
            self.token_embedding = nn.Embedding(vocab_size, d)
            self.positions = Positions(max_length, d)
            self.encoder = Stack(n, d, h, d_ff, dropout)
            changed.get("more", lambda model: None)(self)

        def forward(self, ids: Tensor) -> Tensor:
            embed = changed.get("embed", lambda model, ids: model.positions(model.token_embedding(ids)))
            mask = changed.get("mask", lambda t: torch.ones(t, t, dtype=torch.bool).tril())
            hidden = self.encoder(embed(self, ids), mask(ids.shape[1]))
            return changed.get("head", lambda model, hidden: hidden @ model.token_embedding.weight.T)(self, hidden)

    return CausalLM


def tied(model: Any) -> None:
    model.head = nn.Linear(model.token_embedding.embedding_dim, model.token_embedding.num_embeddings, bias=False)
    model.head.weight = model.token_embedding.weight


def untied(model: Any) -> None:
    model.head = nn.Linear(model.token_embedding.embedding_dim, model.token_embedding.num_embeddings, bias=False)


def copied(model: Any) -> None:
    untied(model)
    model.head.weight.data.copy_(model.token_embedding.weight.data)


def without_positions(model: Any) -> None:
    del model.positions


def through_the_head(model: Any, hidden: Tensor) -> Tensor:
    return model.head(hidden)


def next_token(before: slice, after: slice) -> Answer:
    """Cross-entropy of a slice of the positions against a slice of the tokens."""
    return lambda logits, ids: F.cross_entropy(logits[:, before].transpose(1, 2), ids[:, after])


def gathered(logits: Tensor, ids: Tensor) -> Tensor:
    return -logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None]).mean()


def rolled(shift: int) -> Answer:
    return lambda logits, ids: F.cross_entropy(logits.flatten(0, 1), ids.roll(shift, 1).flatten())


def filtered(**changed: Any) -> Answer:
    """Filters with sorting and shifting, with something done differently."""

    def filters(
        logits: Tensor, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
    ) -> Tensor:
        logits = changed.get("heat", lambda x, t: x / t)(logits, temperature)
        if top_k is not None:
            k = changed.get("k", lambda k: k)(top_k)
            ranks = logits.argsort(-1, descending=True).argsort(-1)
            logits = logits.where(ranks < k, -math.inf)
        if top_p is None:
            return logits
        probs, order = logits.softmax(-1).sort(-1, descending=True)
        drop = changed.get("drop", lambda sums, probs, p: sums - probs >= p)(probs.cumsum(-1), probs, top_p)
        return logits.masked_fill(torch.zeros_like(drop).scatter(-1, order, drop), -math.inf)

    return filters


def shifted(sums: Tensor, probs: Tensor, p: float) -> Tensor:
    drop = sums > p
    drop[..., 1:] = drop[..., :-1].clone()
    drop[..., 0] = False
    return drop


def ascending(logits: Tensor, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None) -> Tensor:
    logits = logits / temperature
    if top_k:
        logits = torch.where(logits < logits.topk(min(top_k, logits.size(-1)))[0][..., -1, None], -math.inf, logits)
    if top_p is not None:
        values, order = torch.sort(logits)
        drop = values.softmax(-1).cumsum(-1) <= 1 - top_p
        drop[..., -1:] = False
        logits = logits.masked_fill(drop.scatter(-1, order, drop), float("-inf"))
    return logits


def keeping_one(sums: Tensor, probs: Tensor, p: float) -> Tensor:
    drop = sums > p
    drop[..., 0] = False
    return drop


def generated(**changed: Any) -> Answer:
    """Generation with something done differently."""

    def inner(model: Any, ids: Tensor, steps: int, generator: torch.Generator, **filters: Any) -> Tensor:
        for _ in range(steps):
            context = changed.get("crop", lambda ids, n: ids[:, -n:])(ids, model.positions.embedding.num_embeddings)
            logits = changed.get("call", lambda model, context: model(context))(model, context)
            logits = changed.get("pick", lambda logits: logits[:, -1])(logits)
            probs = changed.get("filter", filtered())(logits, **filters).softmax(-1)
            draw = changed.get("draw", lambda probs, g: torch.multinomial(probs, 1, generator=g))
            ids = torch.cat([ids, draw(probs, generator)], 1)
        return ids

    return changed.get("context", torch.no_grad)()(inner)


def by_inversion(probs: Tensor, generator: torch.Generator) -> Tensor:
    point = torch.rand(len(probs), 1, generator=generator) * probs.sum(-1, keepdim=True)
    return (probs.cumsum(-1) <= point).sum(-1, keepdim=True).clamp(max=probs.shape[-1] - 1)


def by_noise(probs: Tensor, generator: torch.Generator) -> Tensor:
    noise = -torch.empty_like(probs).exponential_(generator=generator).log()
    return (probs.log() + noise).argmax(-1, keepdim=True)


def in_evaluation(model: Any, context: Tensor) -> Tensor:
    was = model.training
    model.eval()
    logits: Tensor = model(context)
    model.train(was)
    return logits


def left_in_evaluation(model: Any, context: Tensor) -> Tensor:
    model.eval()
    logits: Tensor = model(context)
    return logits


RIGHT: list[tuple[str, str, Any]] = [
    ("label_smoothed_loss", "target", smoothed()),
    ("label_smoothed_loss", "sum over number", smoothed(mean=lambda loss, real: (loss * real).sum() / real.sum())),
    ("label_smoothed_loss", "divergence", by_divergence),
    ("label_smoothed_loss", "nll", by_nll),
    ("label_smoothed_loss", "loop", token_by_token),
    ("warmup_rate", "branches", two_branches),
    ("warmup_rate", "tensor", as_tensor),
    ("train_step", "usual", trained()),
    ("train_step", "detached", trained(result=Tensor.detach)),
    ("train_step", "model cleared", trained(clear=lambda model, optimizer: model.zero_grad())),
    ("train_step", "set to zero", trained(clear=lambda model, optimizer: optimizer.zero_grad(set_to_none=False))),
    ("train_step", "set to none", trained(clear=set_to_none)),
    ("train_step", "by hand", trained(before=clipped_by_hand)),
    ("train_step", "replaced", trained(before=replaced_gradients)),
    ("train_step", "cleared twice", trained(end=nn.Module.zero_grad)),
    ("train_step", "closure", with_a_closure),
    ("train_step", "autograd", by_autograd),
    ("beam_search", "set aside", set_aside()),
    ("beam_search", "twice as many candidates", set_aside(taken=2)),
    ("beam_search", "enough ended", set_aside(enough=lambda ended, beams, size: len(ended) >= size)),
    (
        "beam_search",
        "nothing better in sight",
        set_aside(enough=lambda ended, beams, size: bool(ended) and max(t for _, t in ended) > beams[0][1]),
    ),
    ("beam_search", "tensors", set_aside(result=lambda ids, score: (torch.tensor(ids).long(), torch.tensor(score)))),
    ("beam_search", "in the beam", in_the_beam),
    ("beam_search", "one by one", one_by_one),
    ("beam_search", "full from the start", full_from_the_start()),
    ("cached_attention", "scores", cached()),
    ("cached_attention", "token after token", token_after_token),
    ("cached_attention", "detached cache", cached(keep=lambda whole, *_: [part.detach() for part in whole])),
    ("cached_attention", "layer", through_the_layer),
    ("corpus_bleu", "counters", bleu()),
    ("corpus_bleu", "tensor", lambda *args, **kwargs: torch.tensor(bleu()(*args, **kwargs))),
    ("CausalLM", "product", language_model()),
    ("CausalLM", "tied head", language_model(more=tied, head=through_the_head)),
    ("CausalLM", "mask of four axes", language_model(mask=lambda t: torch.ones(1, 1, t, t).tril().bool())),
    ("language_model_loss", "slices", next_token(slice(None, -1), slice(1, None))),
    ("language_model_loss", "gather", gathered),
    (
        "perplexity",
        "tensor",
        lambda losses, counts: (torch.tensor(losses) @ (t := torch.tensor(counts) * 1.0) / t.sum()).exp(),
    ),
    (
        "perplexity",
        "sum",
        lambda losses, counts: math.e ** (sum(a * b for a, b in zip(losses, counts, strict=True)) / sum(counts)),
    ),
    ("filter_logits", "ranks", filtered()),
    ("filter_logits", "shifted", filtered(drop=shifted)),
    ("filter_logits", "ascending", ascending),
    ("generate", "multinomial", generated()),
    ("generate", "inference", generated(context=torch.inference_mode)),
    ("generate", "inversion", generated(draw=by_inversion)),
    ("generate", "noise", generated(draw=by_noise)),
    ("generate", "in evaluation", generated(call=in_evaluation)),
    ("generate", "max_length", generated(crop=lambda ids, n: ids if ids.shape[1] <= n else ids[:, ids.shape[1] - n :])),
]

WRONG: list[tuple[str, str, Any]] = [
    ("label_smoothed_loss", "mass-on-v-minus-one", smoothed(others_only)),
    ("label_smoothed_loss", "mass-on-v-minus-one", smoothed(others_but_padding)),
    ("label_smoothed_loss", "mass-on-v-minus-one", smoothed(added_to_the_label)),
    ("label_smoothed_loss", "padding-averaged", smoothed(mean=lambda loss, real: loss.mean())),
    ("label_smoothed_loss", "padding-averaged", smoothed(mean=lambda loss, real: (loss * real).mean())),
    ("label_smoothed_loss", "padding-averaged", padded_uniform),
    (
        "label_smoothed_loss",
        "smoothing-swapped",
        lambda logits, labels, smoothing, pad_id: smoothed()(logits, labels, 1 - smoothing, pad_id),
    ),
    (
        "label_smoothed_loss",
        "smoothing-swapped",
        smoothed(lambda safe, v, s, pad: F.one_hot(safe, v) * s + (1 - s) / v),
    ),
    ("warmup_rate", "max-instead-of-min", lambda s, d, w: d**-0.5 * max(s**-0.5, s * w**-1.5)),
    ("warmup_rate", "max-instead-of-min", lambda s, d, w: (1 / s**0.5 if s < w else s / w**1.5) / d**0.5),
    ("warmup_rate", "no-model-scale", lambda s, d, w: min(s**-0.5, s * w**-1.5)),
    ("warmup_rate", "no-model-scale", lambda s, d, w: 512**-0.5 * two_branches(s, 1, w)),
    ("warmup_rate", "linear-decay", decays_to(lambda w: 100_000)),
    ("warmup_rate", "linear-decay", decays_to(lambda w: 10 * w)),
    ("train_step", "gradients-not-cleared", trained(clear=lambda *_: None)),
    ("train_step", "gradients-not-cleared", trained(clear=lambda *_: None, end=nn.Module.zero_grad)),
    ("train_step", "gradients-not-cleared", trained(clear=lambda *_: None, before=lambda *_: None)),
    ("train_step", "clips-after-step", trained(before=lambda *_: None, after=clipped_by_hand)),
    ("train_step", "clips-after-step", trained(before=lambda *_: None, after=replaced_gradients)),
    ("train_step", "eval-mode", trained(mode=nn.Module.eval)),
    ("train_step", "eval-mode", trained(mode=lambda model: None)),
    ("train_step", "eval-mode", trained(end=nn.Module.eval)),
    ("train_step", "returns-graph", trained(result=lambda loss: loss)),
    ("train_step", "returns-graph", trained(result=lambda loss: loss * 1.0)),
    ("beam_search", "state-not-reordered", full_from_the_start(lambda state, parents: state)),
    (
        "beam_search",
        "state-not-reordered",
        set_aside(carry=lambda state, parents: state[arange(len(parents)) % len(state)]),
    ),
    ("beam_search", "finished-expanded", never_ends(cut=True)),
    ("beam_search", "finished-expanded", never_ends(cut=False)),
    ("beam_search", "finished-expanded", never_ends(cut=True, records=True)),
    ("beam_search", "finished-expanded", adds_eos_again),
    (
        "beam_search",
        "probabilities-multiplied",
        set_aside(start=1.0, add=lambda total, log_prob: total * log_prob.exp()),
    ),
    ("beam_search", "probabilities-multiplied", set_aside(start=1.0, add=lambda total, log_prob: total * log_prob)),
    ("beam_search", "probabilities-multiplied", set_aside(add=lambda total, log_prob: total * log_prob)),
    ("beam_search", "greedy-per-beam", only_favourites),
    ("beam_search", "greedy-per-beam", one_child_each),
    ("cached_attention", "query-cached", queries_of_all),
    ("cached_attention", "query-cached", cached(keep=lambda whole, new, q, cache: (q, whole[1]))),
    ("cached_attention", "cache-overwritten", cached(keep=lambda whole, new, q, cache: new)),
    ("cached_attention", "cache-overwritten", cached(keep=lambda whole, new, q, cache: cache or new)),
    (
        "cached_attention",
        "cache-overwritten",
        cached(seen=lambda whole, new: new, keep=lambda whole, new, q, cache: new),
    ),
    ("cached_attention", "mask-blocks-past", cached(mask=lambda new, whole: torch.ones(new, whole).tril().bool())),
    ("cached_attention", "mask-blocks-past", cached(seen=lambda whole, new: new)),
    ("corpus_bleu", "not-clipped", bleu(match=unclipped)),
    ("corpus_bleu", "not-clipped", bleu(match=lambda found, there: sum(n for g, n in found.items() if there[g] > 0))),
    ("corpus_bleu", "mean-of-sentences", bleu_of_sentences),
    ("corpus_bleu", "mean-of-sentences", corpus_bleu.mean_of_precisions),
    ("corpus_bleu", "arithmetic-mean", bleu(mean=lambda p: sum(p) / len(p))),
    ("corpus_bleu", "arithmetic-mean", bleu(mean=lambda p: torch.tensor(p).mean().item())),
    ("corpus_bleu", "no-brevity-penalty", bleu(penalty=lambda c, r: 1.0)),
    ("corpus_bleu", "no-brevity-penalty", bleu(penalty=lambda c, r: math.exp(0))),
    ("corpus_bleu", "penalty-inverted", bleu(penalty=lambda c, r: min(1.0, math.exp(1 - c / r)))),
    ("corpus_bleu", "penalty-inverted", bleu(penalty=lambda c, r: 1.0 if c < r else math.exp(1 - r / c))),
    ("corpus_bleu", "penalty-inverted", bleu(penalty=lambda c, r: 1.0 if c > r else math.exp(1 - c / r))),
    ("CausalLM", "no-causal-mask", language_model(mask=lambda t: None)),
    ("CausalLM", "no-causal-mask", language_model(mask=lambda t: torch.ones(t, t, dtype=torch.bool))),
    ("CausalLM", "untied-head", language_model(more=untied, head=through_the_head)),
    ("CausalLM", "untied-head", language_model(more=copied, head=through_the_head)),
    ("CausalLM", "untied-head", language_model(head=lambda model, h: h @ model.token_embedding.weight.detach().T)),
    ("CausalLM", "positions-missing", language_model(embed=lambda model, ids: model.token_embedding(ids))),
    ("CausalLM", "positions-missing", language_model(embed=lambda model, ids: 1.0 * model.token_embedding.weight[ids])),
    (
        "CausalLM",
        "positions-missing",
        language_model(more=without_positions, embed=lambda model, ids: model.token_embedding(ids)),
    ),
    ("language_model_loss", "not-shifted", next_token(slice(None), slice(None))),
    ("language_model_loss", "not-shifted", next_token(slice(None, -1), slice(None, -1))),
    ("language_model_loss", "shifted-wrong-way", next_token(slice(1, None), slice(None, -1))),
    ("language_model_loss", "shifted-wrong-way", rolled(1)),
    ("language_model_loss", "counts-last", rolled(-1)),
    (
        "language_model_loss",
        "counts-last",
        lambda logits, ids: gathered(logits, ids) * (ids.shape[1] - 1) / ids.shape[1],
    ),
    ("perplexity", "mean-of-perplexities", lambda losses, counts: sum(map(math.exp, losses)) / len(losses)),
    (
        "perplexity",
        "mean-of-perplexities",
        lambda losses, counts: (torch.tensor(losses).exp() @ torch.tensor(counts).float() / sum(counts)).item(),
    ),
    ("perplexity", "unweighted-mean", lambda losses, counts: math.exp(sum(losses) / len(losses))),
    ("perplexity", "unweighted-mean", lambda losses, counts: torch.tensor(losses).mean().exp()),
    ("filter_logits", "multiplies-temperature", filtered(heat=lambda x, t: x * t)),
    ("filter_logits", "multiplies-temperature", lambda x, temperature=1.0, **k: filtered()(x, 1 / temperature, **k)),
    ("filter_logits", "drops-crossing-token", filtered(drop=lambda sums, probs, p: sums > p)),
    ("filter_logits", "drops-crossing-token", filtered(drop=keeping_one)),
    ("filter_logits", "top-k-off-by-one", filtered(k=lambda k: k + 1)),
    ("filter_logits", "top-k-off-by-one", filtered(k=lambda k: k - 1)),
    ("filter_logits", "top-k-off-by-one", filtered(k=lambda k: max(1, k - 1))),
    ("generate", "argmax-instead", generated(draw=lambda probs, g: probs.argmax(-1, keepdim=True))),
    ("generate", "argmax-instead", generated(draw=lambda probs, g: probs.topk(1).indices)),
    ("generate", "samples-from-first-position", generated(pick=lambda logits: logits[:, 0])),
    ("generate", "samples-from-first-position", generated(pick=lambda logits: logits.flip(1)[:, -1])),
    ("generate", "context-not-cropped", generated(crop=lambda ids, n: ids)),
    ("generate", "context-not-cropped", generated(crop=lambda ids, n: ids[:, -n - 1 :])),
]

UNNAMED: list[tuple[str, str, Any]] = [
    ("label_smoothed_loss", "no smoothing", lambda x, y, s, pad: smoothed()(x, y, 0.0, pad)),
    ("label_smoothed_loss", "a sum", smoothed(mean=lambda loss, real: loss[real].sum())),
    ("warmup_rate", "no decay", lambda s, d, w: d**-0.5 * min(w**-0.5, s * w**-1.5)),
    ("train_step", "never clips", trained(before=lambda *_: None)),
    ("train_step", "clears after the backward pass", trained(before=lambda model, _: model.zero_grad())),
    (
        "train_step",
        "labels before logits",
        lambda model, batch, loss_fn, *others: trained()(model, batch, lambda x, y: loss_fn(y, x), *others),
    ),
    ("train_step", "returns nothing", trained(result=lambda loss: None)),
    ("beam_search", "length without EOS", set_aside(length=lambda ids: max(1, len(ids) - 1))),
    (
        "beam_search",
        "what has not ended is forgotten",
        set_aside(unended=False, result=lambda ids, score: (ids, score)),
    ),
    ("beam_search", "stops at the first end", set_aside(enough=lambda ended, beams, size: bool(ended))),
    ("beam_search", "the state of the step before", set_aside(carry=lambda state, parents: state)),
    ("cached_attention", "sees the future", cached(mask=lambda new, whole: torch.ones(new, whole).bool())),
    ("cached_attention", "without gradients", torch.no_grad()(cached())),
    ("corpus_bleu", "from 0 to 1", lambda *args, **kwargs: bleu()(*args, **kwargs) / 100),
    ("CausalLM", "scaled", language_model(embed=lambda m, ids: m.positions(m.token_embedding(ids) * 2))),
    ("perplexity", "base 2", lambda losses, counts: 2 ** math.log(corpus_perplexity(losses, counts))),
    ("filter_logits", "not renormalised", filtered(drop=lambda sums, probs, p: sums / sums[..., -1:] * 0.9 > p)),
    ("generate", "uniform", generated(draw=lambda p, g: torch.multinomial((p > 0) * 1.0, 1, generator=g))),
    ("generate", "its own randomness", generated(draw=lambda p, g: torch.multinomial(p, 1))),
    ("generate", "first tokens", generated(crop=lambda ids, n: ids[:, :n])),
    ("generate", "with gradients", generated(context=torch.enable_grad)),
    ("generate", "left in evaluation", generated(call=left_in_evaluation)),
]


def corpus_perplexity(losses: list[float], counts: list[int]) -> float:
    return math.exp(sum(a * b for a, b in zip(losses, counts, strict=True)) / sum(counts))


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.mark.parametrize(("name", "style", "answer"), RIGHT, ids=named)
def test_a_right_answer_passes_in_every_style(name: str, style: str, answer: Any) -> None:
    for seed in SEEDS:
        verdict = verdict_on(name, answer, seed)
        assert verdict.status == "passed", (seed, verdict)


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
    units = [load_unit(unit) for unit in ("06-training-and-decoding", "07-gpt")]
    for component in (component for unit in units for component in unit.components):
        for mistake in component.mistakes:
            assert sum((component.name, mistake.id) == wrong[:2] for wrong in WRONG) >= 2, mistake.id


def over_a_channel(name: str, answer: Any, seed: int) -> Any:
    ours, theirs = socket.socketpair()
    component = find_component(name)[1]
    subject = InProcessSubject(answer, component.forbidden)
    threading.Thread(target=serve, args=(Channel(theirs), subject), daemon=True).start()
    remote = RemoteSubject(Channel(ours))
    verdict = judge(component, remote, seed)
    remote.close()
    return verdict


FIRST_STYLES = {name: answer for name, _, answer in reversed(RIGHT)}


@pytest.mark.parametrize("name", FIRST_STYLES)
def test_a_right_answer_passes_over_a_channel_too(name: str) -> None:
    verdict = over_a_channel(name, FIRST_STYLES[name], 4)
    assert verdict.status == "passed", verdict


FIRST_WRITINGS = {(name, mistake): answer for name, mistake, answer in reversed(WRONG)}


@pytest.mark.parametrize(("name", "misconception"), FIRST_WRITINGS)
def test_a_wrong_answer_is_named_over_a_channel_too(name: str, misconception: str) -> None:
    verdict = over_a_channel(name, FIRST_WRITINGS[name, misconception], 5)
    assert verdict.misconception == misconception, verdict


def test_an_answer_to_a_forbidden_question_is_refused() -> None:
    def by_pytorch(logits: Tensor, labels: Tensor, smoothing: float, pad_id: int) -> Tensor:
        return F.cross_entropy(logits.mT, labels, ignore_index=pad_id, label_smoothing=smoothing)

    assert "cross_entropy" in verdict_on("label_smoothed_loss", by_pytorch).message


def test_a_library_that_has_the_score_is_refused() -> None:
    sacrebleu = pytest.importorskip("sacrebleu")

    def by_sacrebleu(hypotheses: list[Any], references: list[Any], max_n: int = 4) -> float:
        texts = ([" ".join(map(str, words)) for words in side] for side in (hypotheses, references))
        first, second = texts
        return float(sacrebleu.corpus_bleu(first, [second], smooth_method="none", tokenize="none").score)

    assert "asks you to build" in verdict_on("corpus_bleu", by_sacrebleu).message


@settings(max_examples=60, deadline=None)
@given(
    corpus=st.lists(st.tuples(*[st.lists(st.sampled_from("abc"), max_size=9)] * 2), min_size=1, max_size=4),
    max_n=st.integers(1, 4),
)
def test_the_definition_of_bleu_is_that_of_sacrebleu(corpus: list[Any], max_n: int) -> None:
    metrics = pytest.importorskip("sacrebleu.metrics")
    hypotheses, references = ([list(pair[side]) for pair in corpus] for side in (0, 1))
    metric = metrics.BLEU(smooth_method="none", tokenize="none", max_ngram_order=max_n, force=True)
    texts = [[" ".join(words) for words in side] for side in (hypotheses, references)]
    expected = metric.corpus_score(texts[0], [texts[1]]).score
    assert corpus_bleu.definition(hypotheses, references, max_n) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), top_p=st.floats(0.05, 0.95), top_k=st.sampled_from([None, 1, 3, 5, 9]))
def test_what_the_filter_keeps_is_the_smallest_set_with_the_mass(seed: int, top_p: float, top_k: int | None) -> None:
    logits = Draw(seed, "filter").normal(6, dtype=torch.float64)
    kept = ~filter_logits.filtered(logits, 1.0, top_k, top_p).isneginf()
    largest = logits.argsort(descending=True)[: top_k or 6]
    probs = torch.zeros(6, dtype=torch.float64).scatter(0, largest, logits[largest].softmax(0))
    assert probs[kept].sum() >= top_p - 1e-12
    assert probs[kept].sum() - probs[kept].min() < top_p + 1e-12
    assert not (probs[~kept] > probs[kept].min()).any()


def test_the_cached_attentions_oracle_is_pytorchs_layer_with_the_whole_sequence() -> None:
    call = cached_attention.draw(Draw(3, "cached_attention"))["several_more"]
    attention, x_new, cache = call.args
    (d_model, heads), state = cached_attention.of(attention)
    layer = nn.MultiheadAttention(d_model, heads, batch_first=True)
    names = ("q_proj", "k_proj", "v_proj")
    own = {f"in_proj_{kind}": torch.cat([state[f"{name}.{kind}"] for name in names]) for kind in ("weight", "bias")}
    layer.load_state_dict(own | {f"out_proj.{kind}": state[f"out_proj.{kind}"] for kind in ("weight", "bias")})
    whole = torch.cat([attention.past, x_new], 1)
    hidden = ~torch.ones(whole.shape[1], whole.shape[1], dtype=torch.bool).tril()
    expected, _ = layer(whole, whole, whole, attn_mask=hidden)
    output, (keys, _) = cached_attention.passed()(attention, x_new, cache)
    torch.testing.assert_close(output, expected[:, attention.past.shape[1] :], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(keys[:, :, : cache[0].shape[2]], cache[0])


def test_the_fixtures_attention_is_unit_04s_oracle() -> None:
    draw = Draw(2, "fixture")
    layer, (x, y), mask = MultiHeadAttention(6, 3), (draw.normal(2, t, 6) for t in (4, 5)), draw.mask(2, 1, 4, 5)
    for found, expected in zip(
        layer(x, y, y, mask), attention_of_unit_04((6, 3), dict(layer.named_parameters()), x, y, y, mask), strict=True
    ):
        torch.testing.assert_close(found, expected)


def test_the_fixtures_optimizer_moves_against_the_gradient_and_clears_it_either_way() -> None:
    parameter = nn.Parameter(torch.ones(2))
    optimizer = GradientDescent([parameter], 0.5)
    for set_to_none in (True, False):
        (parameter * torch.tensor([1.0, 2.0])).sum().backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=set_to_none)
        assert (parameter.grad is None) == set_to_none
    assert parameter.tolist() == [0.0, -1.0]
    assert parameter.grad is not None and parameter.grad.tolist() == [0.0, 0.0]


def test_the_scripted_model_looks_back_only_and_refuses_more_than_its_context() -> None:
    model = Scripted(torch.arange(12.0).view(6, 2), 4)
    ids = torch.tensor([[1, 0, 1, 1], [1, 0, 1, 0]])
    first, second = model(ids)
    assert torch.equal(first[:3], second[:3]) and not torch.equal(first[3], second[3])
    with pytest.raises(ValueError, match="max_length of 4"):
        model(torch.zeros(1, 5, dtype=torch.int64))


def test_what_is_given_is_built_anew_for_every_call_and_named_in_messages() -> None:
    def spoils(model: Scripted, x: Tensor) -> Tensor:
        model.get_buffer("table").add_(1)
        return x + model.get_buffer("table").sum()

    def same_again(trial: Trial) -> None:
        first, second = (float(trial.run(trial.calls["one"])) for _ in range(2))
        expect.holds(first == second, what="the second value", expected=str(first), actual=str(second))

    component = Component(
        name="spoils",
        draw=lambda draw: {"one": Call((Given("autograder.judging.fixtures.Scripted", (torch.zeros(2, 3), 4)), x))},
        oracle=lambda model, x: x + 6,
        properties=(
            Property("agrees", 1, agrees("one")),
            Property("is_the_same_again", 1, same_again),
            Property("leaves_its_inputs_alone", 1, leaves_its_inputs_alone("one")),
        ),
    )
    x = torch.zeros(())
    assert judge(component, InProcessSubject(spoils), 1).status == "passed"
    wrong = judge(component, InProcessSubject(lambda model, x: x), 1)
    assert "model=a Scripted" in wrong.message


def fork() -> Step:
    return Step(beam_search.fork(Draw(1, "fork"))[0], 2)


@pytest.mark.parametrize(
    ("tokens", "state"),
    [
        (torch.tensor([[0]]), fork().tree.start()),
        (torch.tensor([0.0]), fork().tree.start()),
        ([0], fork().tree.start()),
        (torch.tensor([0, 1]), fork().tree.start()),
        (torch.tensor([99]), fork().tree.start()),
        (torch.tensor([0]), None),
        (torch.tensor([0]), fork().tree.start().long()),
        (torch.tensor([0]), fork().tree.start() + 7),
        (torch.tensor([0, 0, 0]), fork().tree.start().repeat(3, 1)),
    ],
)
def test_a_tree_refuses_what_a_step_could_not_be_given(tokens: Any, state: Any) -> None:
    with pytest.raises(ValueError, match="step"):
        fork()(tokens, state)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_at_the_fork_a_beam_of_two_finds_the_best_of_all_and_a_beam_of_one_does_not(seed: int) -> None:
    calls = beam_search.draw(Draw(seed, "beam_search"))
    for search in (set_aside(), in_the_beam, one_by_one):
        found = {name: search(*_own(calls[name])) for name in ("greedy", "two_from_one", "three_wide")}
        for name, (ids, score) in found.items():
            expected = beam_search.exhaustive(*calls[name].args)
            assert ([int(token) for token in ids], float(score)) == (expected[0], pytest.approx(expected[1], rel=1e-4))
        assert float(found["greedy"][1]) < float(found["two_from_one"][1])


def _own(call: Call) -> tuple[Any, ...]:
    """A call's arguments with the function itself, as they arrive on the student's side."""
    return (call.args[0].function, *call.args[1:])
