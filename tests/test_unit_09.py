"""Unit 09: right answers in many styles pass, wrong ones are named; the oracles against other truths."""

import math
import re
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from autograder.judging.draws import Draw
from autograder.judging.inprocess import InProcessSubject
from autograder.judging.judge import judge
from autograder.judging.remote import RemoteSubject, serve
from autograder.judging.wire import Channel
from autograder.units import load_unit
from autograder.units.u09_fine_tuning import adamw_step, best_span, entity_f1, linear_schedule
from autograder.units.u09_fine_tuning.truth import Sizes, bert, bert_state, hugging_faces

SEEDS = range(3)
UNIT = "09-fine-tuning"
ON_BERT = ("load_pretrained", "SequenceClassifier", "TokenClassifier", "freeze", "parameter_groups")
Answer = Callable[..., Any]


def verdict_on(name: str, answer: Any, seed: int = 1) -> Any:
    component = load_unit(UNIT).component(name)
    return judge(component, InProcessSubject(answer, component.forbidden), seed)


def named(value: Any) -> str | None:
    """A test's id must be the same in every process, so it holds no function's address."""
    return value if isinstance(value, str) else ""


# What follows are answers as students may write them: makers of right ones, with something to be done differently.


def loader(
    place: Callable[[Tensor], Tensor] = lambda tensor: tensor,
    misfit: Callable[[str], None] | None = None,
    left: Callable[[str], None] | None = None,
    put: Callable[[Tensor, Tensor], Any] = lambda parameter, tensor: parameter.data.copy_(tensor),
    shapes: bool = True,
) -> Answer:
    """Hugging Face's names rewritten piece by piece."""
    pieces = {
        r"^bert\.": "",
        r"LayerNorm": "norm",
        r"word_embeddings": "token",
        r"token_type_embeddings": "segment",
        r"position_embeddings": "position",
        r"encoder\.layer\.": "encoder.layers.",
        r"attention\.self\.(query|key|value)": lambda match: f"self_attention.{match[1][0]}_proj",
        r"attention\.output\.dense": "self_attention.out_proj",
        r"attention\.output\.norm": "norm1",
        r"intermediate\.dense": "feed_forward.linear1",
        r"(\d)\.output\.dense": r"\1.feed_forward.linear2",
        r"(\d)\.output\.norm": r"\1.norm2",
        r"pooler\.dense": "pooler",
    }

    def refuse(text: str) -> None:
        raise ValueError(text)

    def load(model: nn.Module, state_dict: dict[str, Tensor]) -> None:
        own, seen = dict(model.named_parameters()), set()
        for name, tensor in state_dict.items():
            if name.startswith("cls.") or name.endswith(".position_ids"):
                continue
            short = name
            for pattern, text in pieces.items():
                short = re.sub(pattern, text, short)
            moved = place(tensor)
            if short not in own or (shapes and own[short].shape != moved.shape):
                (misfit or refuse)(f"{name} doesn't fit")
                continue
            put(own[short], moved)
            seen.add(short)
        for name in own.keys() - seen:
            (left or refuse)(f"{name} was not found")

    return load


def by_load_state_dict(model: nn.Module, state_dict: dict[str, Tensor]) -> nn.Module:
    """Everything gathered first, and torch's own comparison turned into a ValueError."""
    found: dict[str, Tensor] = {}

    class Box(dict[str, Tensor]):
        pass

    loader(put=lambda parameter, tensor: found.update({str(id(parameter)): tensor}))(model, Box(state_dict))
    model.load_state_dict({name: found[str(id(parameter))] for name, parameter in model.named_parameters()})
    return model


def ignore(text: str) -> None:
    pass


def turned(tensor: Tensor) -> Tensor:
    return tensor.T if tensor.dim() == 2 else tensor


def vector(**changed: Any) -> Answer:
    """One vector for a sentence, whose parts can be exchanged."""

    def masked(x: Tensor, mask: Tensor) -> Tensor:
        return torch.einsum("btd,bt->bd", x, mask.to(x.dtype)) / mask.sum(1)[:, None]

    def of(hidden_states: Any, mask: Tensor, how: str) -> Tensor:
        pool, four = changed.get("pool", masked), changed.get("four", lambda states: states[-4:])(hidden_states)
        if how == "cls":
            return hidden_states[-1].select(1, 0)
        if how == "mean":
            return pool(hidden_states[-1], mask)
        if how == "last4_sum":
            return pool(sum(four), mask)
        return changed.get("concat", lambda four, mask: torch.cat([pool(x, mask) for x in four], 1))(four, mask)

    return of


def row_by_row(hidden_states: Any, mask: Tensor, how: str) -> Tensor:
    rows = []
    for b, seen in enumerate(mask):
        states = [layer[b][seen] for layer in hidden_states]
        tokens = {
            "cls": states[-1][:1],
            "mean": states[-1],
            "last4_sum": states[-1] + states[-2] + states[-3] + states[-4],
            "last4_concat": torch.cat(states[len(states) - 4 :], -1),
        }[how]
        rows.append(tokens.mean(0))
    return torch.stack(rows)


def classifier(read: Callable[..., Tensor], after: Callable[[Tensor], Tensor] = lambda x: x, drops: str = "") -> type:
    class Model(nn.Module):
        def __init__(self, bert: Any, num_labels: int, dropout: float = 0.0) -> None:
            super().__init__()
            self.bert, self.dropout = bert, nn.Dropout(dropout)
            self.head = nn.Linear(bert.pooler.out_features, num_labels)

        def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> Tensor:
            seen = torch.ones_like(mask) if drops == "mask" else mask
            parts = torch.zeros_like(segments) if drops == "segments" else segments
            vectors = read(*self.bert(ids, parts, seen))
            return after(self.head(vectors if drops == "dropout" else self.dropout(vectors)))

    return Model


def of_the_first(hidden: Tensor, pooled: Tensor) -> Tensor:
    return pooled


def of_each(hidden: Tensor, pooled: Tensor) -> Tensor:
    return hidden


def spans(legal: Callable[..., Any] | None = None) -> Answer:
    """A table of all pairs, of which some are struck out."""

    def usual(s: Tensor, e: Tensor, seen: Tensor, n: int) -> Tensor:
        return (s <= e) & (e - s < n) & seen & seen.T

    def best(start: Tensor, end: Tensor, context_mask: Tensor, max_answer: int) -> tuple[int, int]:
        places = torch.arange(len(start))
        allowed = (legal or usual)(places[:, None], places[None], context_mask[:, None], max_answer)
        table = (start[:, None] + end[None]).masked_fill(~allowed, float("-inf"))
        s, e = divmod(int(table.argmax()), len(start))
        return s, e

    return best


def one_loop(start: Tensor, end: Tensor, context_mask: Tensor, max_answer: int) -> list[int]:
    found, top = [0, 0], -math.inf
    for s in range(len(start)):
        for e in range(s, min(len(start), s + max_answer)):
            if context_mask[s] and context_mask[e] and float(start[s]) + float(end[e]) > top:
                found, top = [s, e], float(start[s]) + float(end[e])
    return found


def apart(masked: bool) -> Answer:
    def best(start: Tensor, end: Tensor, context_mask: Tensor, max_answer: int) -> tuple[int, int]:
        hidden = ~context_mask if masked else torch.zeros_like(context_mask)
        return int(start.masked_fill(hidden, -torch.inf).argmax()), int(end.masked_fill(hidden, -torch.inf).argmax())

    return best


def pieces(of_first: Answer, of_later: Answer, of_none: Answer) -> Answer:
    """A label for a word's first piece, for its later ones, for what is no word."""

    def align(word_labels: list[int], word_ids: list[int | None]) -> list[int]:
        seen: set[int] = set()
        labels = []
        for word in word_ids:
            rule = of_none if word is None else (of_later if word in seen else of_first)
            labels.append(rule(word_labels, word))
            if word is not None:
                seen.add(word)
        return labels

    return align


def own(labels: list[int], word: int) -> int:
    return labels[word]


def none(labels: list[int], word: int | None) -> int:
    return -100


def tags(
    begins: Callable[[str, str], bool] = lambda tag, before: tag[0] == "B" or before[1:] != tag[1:],
    key: Callable[..., Any] = lambda n, first, last, kind: (n, first, last, kind),
    average: Callable[[float, float], float] = lambda p, r: 2 * p * r / (p + r),
) -> Answer:
    """Entities as sets, collected in one pass."""

    def collect(corpus: list[list[str]]) -> set[Any]:
        found = set()
        for n, sentence in enumerate(corpus):
            opened: tuple[int, str] | None = None
            before = "O"
            for t, tag in enumerate([*sentence, "O"]):
                if opened and (tag == "O" or begins(tag, before)):
                    found.add(key(n, opened[0], t - 1, opened[1]))
                    opened = None
                if tag != "O" and opened is None:
                    opened = t, tag[2:]
                before = tag
        return found

    def score(predicted: list[list[str]], gold: list[list[str]]) -> tuple[float, float, float]:
        found, there = collect(predicted), collect(gold)
        hits = len(found & there)
        if not hits:
            return 0.0, 0.0, 0.0
        precision, recall = hits / len(found), hits / len(there)
        return precision, recall, average(precision, recall)

    return score


def strays_lost(predicted: list[list[str]], gold: list[list[str]]) -> tuple[float, float, float]:
    """Only a B- begins an entity; what goes on without one is nothing."""

    def cleaned(corpus: list[list[str]]) -> list[list[str]]:
        found = []
        for sentence in corpus:
            row: list[str] = []
            for tag in sentence:
                goes_on = bool(row) and row[-1][2:] == tag[2:]
                row.append("O" if tag[0] == "I" and not goes_on else tag)
            found.append(row)
        return found

    scores: tuple[float, float, float] = tags()(cleaned(predicted), cleaned(gold))
    return scores


def words(share: bool) -> Answer:
    def score(predicted: list[list[str]], gold: list[list[str]]) -> tuple[float, float, float]:
        both = [(p, g) for ps, gs in zip(predicted, gold, strict=True) for p, g in zip(ps, gs, strict=True)]
        hits = sum(p == g and (share or p != "O") for p, g in both)
        found, there = (sum(share or pair[side] != "O" for pair in both) for side in (0, 1))
        precision, recall = hits / max(1, found), hits / max(1, there)
        return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)

    return score


def batcher(
    labels_with: Callable[[int], int] = lambda pad: -100,
    mask: Callable[[Tensor], Any] = lambda mask: mask,
    width: Callable[[int], int] = lambda longest: longest,
) -> Answer:
    """Rows made longer one by one."""

    def collate(batch: list[dict[str, Any]], pad_id: int) -> dict[str, Tensor]:
        longest = width(max(len(example["ids"]) for example in batch))

        def filled(key: str, padding: int) -> Tensor:
            return torch.tensor(
                [[int(x) for x in e[key]] + [padding] * (longest - len(e[key])) for e in batch], dtype=torch.int64
            )

        real = torch.tensor([[1] * len(e["ids"]) + [0] * (longest - len(e["ids"])) for e in batch]).bool()
        made = {"ids": filled("ids", pad_id), "mask": mask(real), "labels": filled("labels", labels_with(pad_id))}
        return {key: value for key, value in made.items() if value is not None}

    return collate


def by_pad_sequence(batch: list[dict[str, Any]], pad_id: int) -> dict[str, Tensor]:
    def rows(key: str, padding: int) -> Tensor:
        found = [torch.as_tensor(example[key]) for example in batch]
        return nn.utils.rnn.pad_sequence(found, batch_first=True, padding_value=padding)

    ids = rows("ids", pad_id)
    return {"ids": ids, "mask": ids != pad_id, "labels": rows("labels", -100)}


def in_place(batch: list[dict[str, Any]], pad_id: int) -> dict[str, Tensor]:
    longest = max(len(example["ids"]) for example in batch)
    lengths = torch.tensor([len(example["ids"]) for example in batch])
    for example in batch:
        if isinstance(example["ids"], list):
            gap = longest - len(example["ids"])
            example["ids"] += [pad_id] * gap
            example["labels"] += [-100] * gap
    return {**by_pad_sequence(batch, pad_id), "mask": torch.arange(longest) < lengths[:, None]}


def thaws(trains: Callable[[str, str, int], bool], known: bool = True, how: Answer | None = None) -> Answer:
    """requires_grad by the names of parameters."""

    def freeze(model: Any, policy: str) -> None:
        if known and policy not in ("head", "last-2", "all"):
            raise ValueError(f"there is no policy {policy}")
        layers = len(model.bert.encoder.layers)
        for name, parameter in model.named_parameters():
            if how is not None:
                how(parameter, trains(name, policy, layers))
            else:
                parameter.requires_grad = trains(name, policy, layers)

    return freeze


def right_part(name: str, policy: str, layers: int) -> bool:
    found = re.search(r"layers\.(\d+)\.", name)
    late = "pooler" in name or (found is not None and int(found[1]) >= layers - 2)
    return policy == "all" or name.startswith("head") or (policy == "last-2" and late)


def only_freezes(model: Any, policy: str) -> None:
    for name, parameter in model.named_parameters():
        if not right_part(name, policy, len(model.bert.encoder.layers)):
            parameter.requires_grad_(False)
    if policy not in ("head", "last-2", "all"):
        raise ValueError(policy)


def zeroes(parameter: nn.Parameter, trains: bool) -> None:
    if not trains:
        parameter.register_hook(torch.zeros_like)


def groups(decays: Callable[[str, Tensor], bool]) -> Answer:
    def made(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
        found: list[list[Tensor]] = [[], []]
        for name, parameter in model.named_parameters():
            found[decays(name, parameter)].append(parameter)
        return [{"params": found[1], "weight_decay": weight_decay}, {"weight_decay": 0.0, "params": iter(found[0])}]

    return made


def adam(
    decoupled: bool = True,
    correct: tuple[bool, bool] = (True, True),
    root: Callable[[Tensor, float], Tensor] = lambda v, eps: v.sqrt().add(eps),
    late: bool = False,
    scaled: bool = True,
) -> Answer:
    def step(p: Tensor, grad: Tensor, state: Any, lr: float, betas: Any, eps: float, weight_decay: float) -> Tensor:
        (b1, b2), g = betas, grad if decoupled else grad + weight_decay * p
        t = state["step"] = state.get("step", 0) + 1
        m = state["exp_avg"] = state.get("exp_avg", 0) * b1 + g * (1 - b1)
        v = state["exp_avg_sq"] = state.get("exp_avg_sq", 0) * b2 + g.square() * (1 - b2)
        shrink = 1 - (lr if scaled else 1) * weight_decay if decoupled else 1
        if not late:
            p.mul_(shrink)
        m, v = (x / (1 - b**t) if fix else x for x, b, fix in zip((m, v), (b1, b2), correct, strict=True))
        p.sub_(lr * m / root(v, eps))
        if late:
            p.mul_(shrink)
        return p

    return step


def by_item(p: Tensor, grad: Tensor, state: Any, lr: float, betas: Any, eps: float, weight_decay: float) -> None:
    state.setdefault("m", [0.0] * p.numel()), state.setdefault("v", [0.0] * p.numel())
    state["n"] = state.get("n", 0) + 1
    flat = p.double().flatten().tolist()
    for i, g in enumerate(grad.double().flatten().tolist()):
        state["m"][i] += (1 - betas[0]) * (g - state["m"][i])
        state["v"][i] += (1 - betas[1]) * (g * g - state["v"][i])
        m, v = state["m"][i] / (1 - betas[0] ** state["n"]), state["v"][i] / (1 - betas[1] ** state["n"])
        flat[i] -= lr * (m / (math.sqrt(v) + eps) + weight_decay * flat[i])
    p.copy_(torch.tensor(flat, dtype=torch.float64).view_as(p))


def counted() -> Answer:
    steps = {"n": 0}

    def step(p: Tensor, grad: Tensor, state: Any, *others: Any) -> None:
        steps["n"] += 1
        state["step"] = steps["n"] - 1
        adam()(p, grad, state, *others)

    return step


def by_torch(p: Tensor, grad: Tensor, state: Any, lr: float, betas: Any, eps: float, weight_decay: float) -> None:
    if "optimizer" not in state:
        state["parameter"] = nn.Parameter(p.clone())
        state["optimizer"] = torch.optim.AdamW([state["parameter"]], lr, betas, eps, weight_decay)
    state["parameter"].grad = grad
    state["optimizer"].step()
    p.copy_(state["parameter"].detach())


def rate(up: Callable[[int, int], float], down: Callable[[int, int, int], float]) -> Answer:
    return lambda step, warmup, total: up(step, warmup) if step < warmup else down(step, warmup, total)


def line_up(step: int, warmup: int) -> float:
    return step / warmup


def line_down(step: int, warmup: int, total: int) -> float:
    return max(0.0, (total - step) / max(1, total - warmup))


def hugging_faces_schedule(step: int, warmup: int, total: int) -> float:
    if step < warmup:
        return float(step) / float(max(1, warmup))
    return max(0.0, float(total - step) / float(max(1, total - warmup)))


RIGHT: list[tuple[str, str, Any]] = [
    ("load_pretrained", "rewritten names", loader()),
    ("load_pretrained", "load_state_dict", by_load_state_dict),
    ("sentence_vector", "einsum", vector()),
    ("sentence_vector", "row by row", row_by_row),
    ("SequenceClassifier", "plain", classifier(of_the_first)),
    ("TokenClassifier", "plain", classifier(of_each)),
    ("best_span", "a table", spans()),
    ("best_span", "loops", one_loop),
    ("align_labels", "a set", pieces(own, none, none)),
    ("entity_f1", "one pass", tags()),
    ("collate", "lists", batcher()),
    ("collate", "pad_sequence", by_pad_sequence),
    ("freeze", "by name", thaws(right_part)),
    ("parameter_groups", "by axes", groups(lambda name, p: p.dim() > 1)),
    ("parameter_groups", "by name", groups(lambda name, p: not (name.endswith("bias") or "norm" in name))),
    ("adamw_step", "torch's order", adam()),
    ("adamw_step", "number by number", by_item),
    ("linear_schedule", "two lines", rate(line_up, line_down)),
    ("linear_schedule", "Hugging Face's", hugging_faces_schedule),
]

WRONG: list[tuple[str, str, Any]] = [
    ("load_pretrained", "transposed", loader(turned)),
    ("load_pretrained", "transposed", loader(lambda x: x.T if x.dim() == 2 and x.shape[0] == x.shape[1] else x)),
    ("load_pretrained", "silently-skips", loader(misfit=ignore, left=ignore)),
    ("load_pretrained", "silently-skips", loader(left=ignore)),
    ("load_pretrained", "silently-skips", loader(misfit=ignore)),
    ("sentence_vector", "padding-averaged", vector(pool=lambda x, mask: x.mean(1))),
    ("sentence_vector", "padding-averaged", vector(pool=lambda x, mask: (x * mask[..., None]).sum(1) / x.shape[1])),
    ("sentence_vector", "embedding-layer-counted", vector(four=lambda states: states[-5:-1])),
    ("sentence_vector", "embedding-layer-counted", vector(four=lambda states: states[:4])),
    (
        "sentence_vector",
        "concatenates-tokens",
        vector(concat=lambda four, mask: torch.cat([x[:, :, :] for x in four], 1).mean(1)),
    ),
    ("sentence_vector", "concatenates-tokens", vector(concat=lambda four, mask: torch.cat(list(four), 1))),
    ("SequenceClassifier", "softmax-before-loss", classifier(of_the_first, lambda x: x.softmax(-1))),
    ("SequenceClassifier", "softmax-before-loss", classifier(of_the_first, lambda x: x.log_softmax(-1))),
    ("TokenClassifier", "softmax-before-loss", classifier(of_each, lambda x: x.softmax(-1))),
    ("TokenClassifier", "softmax-before-loss", classifier(of_each, torch.sigmoid)),
    ("TokenClassifier", "tagging-from-pooled", classifier(of_the_first)),
    (
        "TokenClassifier",
        "tagging-from-pooled",
        classifier(lambda hidden, pooled: pooled[:, None].expand_as(hidden)),
    ),
    ("best_span", "end-before-start", spans(lambda s, e, seen, n: (e - s < n) & seen & seen.T)),
    ("best_span", "end-before-start", spans(lambda s, e, seen, n: ((e - s).abs() < n) & seen & seen.T)),
    ("best_span", "independent-argmax", apart(masked=True)),
    ("best_span", "independent-argmax", apart(masked=False)),
    ("best_span", "independent-argmax", best_span.start_first),
    ("best_span", "question-included", spans(lambda s, e, seen, n: (s <= e) & (e - s < n))),
    (
        "best_span",
        "question-included",
        lambda start, end, mask, limit: one_loop(start, end, torch.ones_like(mask), limit),
    ),
    ("best_span", "too-long", spans(lambda s, e, seen, n: (s <= e) & (e - s <= n) & seen & seen.T)),
    ("best_span", "too-long", spans(lambda s, e, seen, n: (s <= e) & seen & seen.T)),
    ("align_labels", "label-on-every-piece", pieces(own, own, none)),
    (
        "align_labels",
        "label-on-every-piece",
        lambda labels, ids: [-100 if i is None else labels[i] for i in ids],
    ),
    ("align_labels", "specials-labelled", pieces(own, none, lambda labels, word: 0)),
    ("align_labels", "specials-labelled", pieces(own, none, lambda labels, word: labels[-1])),
    ("entity_f1", "token-accuracy", words(share=True)),
    ("entity_f1", "token-accuracy", words(share=False)),
    ("entity_f1", "type-ignored", tags(key=lambda n, first, last, kind: (n, first, last))),
    (
        "entity_f1",
        "type-ignored",
        tags(begins=lambda tag, before: tag[0] == "B", key=lambda n, first, last, kind: (n, first, last)),
    ),
    ("entity_f1", "adjacent-merged", tags(begins=lambda tag, before: tag[2:] != before[2:])),
    ("entity_f1", "adjacent-merged", tags(begins=lambda tag, before: before == "O")),
    ("collate", "labels-padded-with-zero", batcher(labels_with=lambda pad: 0)),
    ("collate", "labels-padded-with-zero", batcher(labels_with=lambda pad: pad)),
    ("collate", "mask-missing", batcher(mask=lambda mask: None)),
    ("collate", "mask-missing", batcher(mask=torch.ones_like)),
    ("collate", "global-maximum", batcher(width=lambda longest: 64)),
    ("collate", "global-maximum", batcher(width=lambda longest: 8 * (longest // 8 + 1))),
    ("freeze", "head-frozen", thaws(lambda name, policy, n: right_part(name, policy, n) and name[:4] != "head")),
    (
        "freeze",
        "head-frozen",
        thaws(lambda name, policy, n: policy == "all" or (policy == "last-2") != name.startswith("head")),
    ),
    ("freeze", "everything-trainable", thaws(lambda name, policy, n: True)),
    ("freeze", "everything-trainable", thaws(right_part, how=zeroes)),
    (
        "freeze",
        "embeddings-thawed",
        thaws(lambda name, policy, n: right_part(name, policy, n) or (policy == "last-2" and "embeddings" in name)),
    ),
    ("freeze", "embeddings-thawed", thaws(lambda name, policy, n: right_part(name, policy, n) or "embedd" in name)),
    ("parameter_groups", "decays-norms", groups(lambda name, p: True)),
    ("parameter_groups", "decays-norms", groups(lambda name, p: not name.endswith("bias"))),
    ("adamw_step", "l2-instead-of-decoupled", adam(decoupled=False)),
    (
        "adamw_step",
        "l2-instead-of-decoupled",
        lambda p, g, state, lr, betas, eps, wd: adam()(p, g + wd * p, state, lr, betas, eps, 0.0),
    ),
    ("adamw_step", "no-bias-correction", adam(correct=(False, False))),
    ("adamw_step", "no-bias-correction", adam(correct=(False, True))),
    ("adamw_step", "eps-inside-root", adam(root=lambda v, eps: (v + eps).sqrt())),
    ("adamw_step", "eps-inside-root", adam(root=lambda v, eps: (v + eps) ** 0.5)),
    ("linear_schedule", "no-warmup", lambda step, warmup, total: max(0.0, 1 - step / total)),
    ("linear_schedule", "no-warmup", rate(lambda step, warmup: 1.0, line_down)),
    ("linear_schedule", "never-reaches-zero", rate(line_up, lambda step, warmup, total: 1.0)),
    ("linear_schedule", "never-reaches-zero", rate(line_up, lambda s, w, total: max(0.1, line_down(s, w, total)))),
    ("linear_schedule", "never-reaches-zero", rate(line_up, lambda s, w, total: (max(w, 1) / max(s, 1)) ** 0.5)),
]

UNNAMED: list[tuple[str, str, Any]] = [
    ("load_pretrained", "does nothing", lambda model, state_dict: None),
    ("load_pretrained", "assigned", loader(put=lambda p, t: setattr(p, "data", t))),
    ("load_pretrained", "KeyError", loader(misfit=lambda text: {}[text])),
    ("load_pretrained", "broadcasts", loader(shapes=False, put=lambda p, t: p.data.copy_(t.reshape(-1)[0]))),
    ("sentence_vector", "reversed layers", vector(four=lambda states: states[:-5:-1])),
    ("sentence_vector", "three layers", vector(four=lambda states: states[-3:])),
    ("sentence_vector", "detached", lambda *args: vector()(*args).detach()),
    ("SequenceClassifier", "without the mask", classifier(of_the_first, drops="mask")),
    ("SequenceClassifier", "without segments", classifier(of_the_first, drops="segments")),
    ("SequenceClassifier", "never drops", classifier(of_the_first, drops="dropout")),
    ("SequenceClassifier", "without the pooler", classifier(lambda hidden, pooled: hidden[:, 0])),
    ("SequenceClassifier", "frozen", classifier(lambda hidden, pooled: pooled.detach())),
    ("TokenClassifier", "without the mask", classifier(of_each, drops="mask")),
    ("best_span", "tensors", lambda *args: tuple(map(torch.tensor, spans()(*args)))),
    ("best_span", "a large number for the masked", lambda s, e, m, n: spans()(s - 1e4 * ~m, e - 1e4 * ~m, m | True, n)),
    ("best_span", "the end is exclusive", lambda *args: (spans()(*args)[0], spans()(*args)[1] + 1)),
    ("align_labels", "last pieces", lambda labels, ids: pieces(own, none, none)(labels, ids[::-1])[::-1]),
    (
        "align_labels",
        "word 0 is nothing",
        lambda labels, ids: pieces(own, none, none)(labels, [i or None for i in ids]),
    ),
    ("entity_f1", "a stray I is nothing", strays_lost),
    ("entity_f1", "arithmetic mean", tags(average=lambda p, r: (p + r) / 2)),
    ("entity_f1", "sentences forgotten", tags(key=lambda n, first, last, kind: (first, last, kind))),
    ("entity_f1", "swapped", lambda predicted, gold: tags()(gold, predicted)),
    ("collate", "a mask of numbers", batcher(mask=lambda mask: mask.long())),
    ("collate", "written into the examples", in_place),
    ("freeze", "pooler forgotten", thaws(lambda *a: right_part(*a) and (a[1] != "last-2" or "pooler" not in a[0]))),
    ("freeze", "never thaws", only_freezes),
    ("freeze", "any policy", thaws(right_part, known=False)),
    ("freeze", "first two", thaws(lambda name, policy, n: right_part(name.replace("layers.0", "layers.9"), policy, n))),
    ("parameter_groups", "nothing decays", groups(lambda name, p: False)),
    ("parameter_groups", "biases decay", groups(lambda name, p: "norm" not in name)),
    ("adamw_step", "a new tensor", lambda p, *others: adam()(p.clone(), *others)),
    ("adamw_step", "decays after the step", adam(late=True)),
    ("adamw_step", "decay without the rate", adam(scaled=False)),
    ("adamw_step", "steps are counted for all", counted()),
    ("linear_schedule", "below zero", rate(line_up, lambda s, w, total: (total - s) / max(1, total - w))),
    ("linear_schedule", "from one", lambda step, *others: hugging_faces_schedule(step + 1, *others)),
]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def with_bert(request: pytest.FixtureRequest) -> None:
    name = getattr(request.node, "callspec", None)
    if name is not None and name.params.get("name") in ON_BERT:
        pytest.importorskip("mine", reason="BertModel comes with unit 08's reference")
        try:
            from mine import BertModel  # noqa: F401
        except ImportError:
            pytest.skip("BertModel comes with unit 08's reference, which isn't there yet")


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
    for component in load_unit(UNIT).components:
        for mistake in component.mistakes:
            assert sum((component.name, mistake.id) == wrong[:2] for wrong in WRONG) >= 2, mistake.id


def over_a_channel(name: str, answer: Any, seed: int) -> Any:
    ours, theirs = socket.socketpair()
    component = load_unit(UNIT).component(name)
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


def test_torchs_optimizer_is_refused() -> None:
    assert "asks you to build" in verdict_on("adamw_step", by_torch).message


def test_the_steps_are_those_of_torchs_adamw() -> None:
    for name, call in adamw_step.draw(Draw(3, "adamw_step")).items():
        p, gradients, rates, betas, eps, decay = call.args
        parameter = nn.Parameter(p.clone())
        optimizer = torch.optim.AdamW([parameter], 1.0, betas, eps, decay)
        for gradient, rate_now, expected in zip(gradients, rates, adamw_step.steps()(*call.args), strict=True):
            optimizer.param_groups[0]["lr"] = rate_now
            parameter.grad = gradient
            optimizer.step()
            torch.testing.assert_close(parameter.detach(), expected, msg=name)


@settings(max_examples=60, deadline=None)
@given(warmup=st.integers(0, 20), fall=st.integers(1, 30), step=st.integers(0, 60))
def test_the_schedule_is_hugging_faces(warmup: int, fall: int, step: int) -> None:
    transformers = pytest.importorskip("transformers")
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, warmup, warmup + fall)
    expected = schedule.lr_lambdas[0](step)
    assert linear_schedule.definition(step, warmup, warmup + fall) == pytest.approx(expected)


def test_the_bert_of_the_checks_is_hugging_faces_with_the_same_weights() -> None:
    transformers = pytest.importorskip("transformers")
    sizes = Sizes(11, 6, 2, 2, 10, 8)
    state = bert_state(Draw(1, "bert"), sizes)
    config = transformers.BertConfig(
        vocab_size=11,
        hidden_size=6,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=10,
        max_position_embeddings=8,
    )
    model = transformers.BertModel(config).eval()
    model.load_state_dict(hugging_faces(state))
    ids, segments = torch.randint(0, 11, (3, 7)), torch.randint(0, 2, (3, 7))
    mask = torch.arange(7) < torch.tensor([7, 4, 1])[:, None]
    hidden, pooled = bert(sizes, state, ids, segments, mask)
    found = model(input_ids=ids, token_type_ids=segments, attention_mask=mask.long())
    torch.testing.assert_close(hidden[mask], found.last_hidden_state[mask], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(pooled, found.pooler_output, rtol=1e-4, atol=1e-5)


TAGS = st.lists(st.lists(st.sampled_from(["O", "B-X", "I-X", "B-Y", "I-Y"]), min_size=1, max_size=7), max_size=4)


@settings(max_examples=200, deadline=None)
@given(corpus=TAGS)
def test_every_tag_but_o_is_in_exactly_one_entity(corpus: list[list[str]]) -> None:
    covered = [(n, t) for n, first, last, _ in entity_f1.entities(corpus) for t in range(first, last + 1)]
    assert sorted(covered) == [(n, t) for n, row in enumerate(corpus) for t, tag in enumerate(row) if tag != "O"]
    assert entity_f1.definition(corpus, corpus)[2] in (0.0, 1.0)
