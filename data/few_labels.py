"""Three more tasks made of docstrings, with few labels each: pairs, tags and answer spans, and MiniLM on all of them.

A function's name and a docstring's first sentence make a pair: do they belong together? In a sentence whose writer has
marked the names of code, these are to be found again without the marks. And of three sentences in a row, a name asks
for the one that is its own: an answer span.
"""

import importlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.docstrings import Sentence, Topics
from data.minilm import Encoded, MiniLM, padded
from data.transfer import factor

TAGS: Final = ("O", "B-CODE", "I-CODE")
UNSCORED: Final = -100
LABELLED: Final = 150
HELD_OUT: Final[dict[str, int]] = {"pairs": 300, "tags": 190, "spans": 200}
SENTENCES_OF_A_TEXT: Final = 3
LONGEST_SENTENCE: Final = 10  # words, in such a text
LONGEST_ANSWER: Final = 40  # word pieces
BATCH: Final = 15
WARMUP: Final = 0.1
DECAY: Final = 0.01
HEAD_RATE: Final = 1e-2
HEAD_STEPS: Final = 200
EVALUATED_AT_ONCE: Final = 50

Kind = Literal["pairs", "tags", "spans"]
KINDS: Final[tuple[Kind, ...]] = ("pairs", "tags", "spans")
OUTPUTS: Final[dict[Kind, int]] = {"pairs": 2, "tags": len(TAGS), "spans": 2}

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_NAME = re.compile(
    r"""(\*[A-Za-z_]\w*\*|[A-Za-z_][\w.]*\(\)|[A-Za-z]\w*_\w+|_\w+|[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*"""
    r"""|['`"]{1,2}[A-Za-z_][\w.]*['`"]{1,2})[,.:;]?"""
)


@dataclass(frozen=True)
class Example:
    """One or two lists of words and what is asked: a class, a tag for each word, or the span (first, last) of words."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    answer: tuple[int, ...]


@dataclass(frozen=True)
class Examples:
    """What a model reads, and its labels: ``(N,)`` for pairs, ``(N, T)`` for tags, ``(N, 2)`` for spans.

    ``text (N, T)`` is True at the pieces of the second list of words, where an answer may lie.
    """

    batch: Encoded
    text: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.batch.ids)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in code: ``wait_for`` and ``waitFor`` both have two."""
    return tuple(part.lower() for part in _PART.findall(name))


def examples(kind: Kind, topics: Topics) -> tuple[list[Example], list[Example]]:
    """Return examples to learn from and others, held out, always in the same order."""
    count = HELD_OUT[kind]
    if kind == "tags":
        tagged = [made for one in (*topics.pool, *topics.held_out) if (made := _tagged(one)) is not None]
        return tagged[count:], tagged[:count]
    make = _pairs if kind == "pairs" else _spans
    return list(make(topics.pool)), list(make(topics.held_out))[:count]


def _tagged(sentence: Sentence) -> Example | None:
    """Return the sentence without the marks of its names, which become tags; None where it has no name."""
    words: list[str] = []
    tags: list[int] = []
    for word in sentence.text.split():
        parts = words_of(word) if _NAME.fullmatch(word) else ()
        words += parts or (word,)
        tags += [1, *[2] * (len(parts) - 1)] if parts else [0]
    return Example(tuple(words), (), tuple(tags)) if any(tags) else None


def _named(sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence, tuple[str, ...], list[Sentence]]]:
    """Yield sentences, the words of their names, and the other sentences of the same package."""
    for one in sentences:
        leaf = one.name.rpartition(".")[2]
        if not leaf.startswith("__"):
            yield one, words_of(leaf), [other for other in sentences if other.label == one.label and other is not one]


def _pairs(sentences: Sequence[Sentence]) -> Iterator[Example]:
    chance = random.Random(0)
    for one, name, others in _named(sentences):
        belongs = chance.random() < 0.5
        sentence = one if belongs else chance.choice(others)
        yield Example(name, tuple(sentence.text.split()), (int(belongs),))


def _spans(sentences: Sequence[Sentence]) -> Iterator[Example]:
    chance = random.Random(0)
    short = [one for one in sentences if len(one.text.split()) <= LONGEST_SENTENCE]
    for one, name, others in _named(short):
        row = chance.sample([one, *chance.sample(others, SENTENCES_OF_A_TEXT - 1)], SENTENCES_OF_A_TEXT)
        before = sum(len(other.text.split()) for other in row[: row.index(one)])
        text = tuple(word for other in row for word in (*other.text.split()[:-1], other.text.split()[-1] + "."))
        yield Example(name, text, (before, before + len(one.text.split()) - 1))


def encode(kind: Kind, tokenizer: Any, chosen: Sequence[Example]) -> Examples:
    """Return [CLS] first [SEP] second [SEP] of each example, padded, and labels at the pieces of its words."""
    cls_id, sep_id = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
    rows, lengths, labels = [], [], []
    for one in chosen:
        first, second = (tokenizer.encode(list(w), is_pretokenized=True, add_special_tokens=False)
                         for w in (one.first, one.second))  # fmt: skip
        rows.append([cls_id, *first.ids, sep_id, *([*second.ids, sep_id] if one.second else [])])
        lengths.append(len(first.ids) + 2)
        labels.append(_labels(kind, one, first.word_ids, second.word_ids))
    batch = padded(rows)
    place = torch.arange(batch.ids.shape[1])
    after = batch.mask & (place >= torch.tensor(lengths)[:, None])
    text = after & (batch.ids != sep_id)
    made = torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in labels], True, UNSCORED)
    if kind == "tags":
        made = F.pad(made, (0, batch.ids.shape[1] - made.shape[1]), value=UNSCORED)
    return Examples(Encoded(batch.ids, after.long(), batch.mask), text, made.squeeze(1) if kind == "pairs" else made)


def _labels(kind: Kind, one: Example, first: Sequence[int | None], second: Sequence[int | None]) -> list[int]:
    if kind == "pairs":
        return list(one.answer)
    if kind == "tags":
        starts = [place == 0 or first[place - 1] != word for place, word in enumerate(first)]
        return [
            UNSCORED,
            *(one.answer[word or 0] if new else UNSCORED for word, new in zip(first, starts, strict=True)),
        ]
    from_here = len(first) + 2
    begin, last = one.answer
    end = max(place for place, word in enumerate(second) if word == last)
    return [from_here + list(second).index(begin), from_here + end]


class Reader(nn.Module):
    """Hugging Face's BERT with the linear head of the course: on the pooled vector for pairs, else on every token."""

    def __init__(self, kind: Kind, minilm: MiniLM, pretrained: bool, pieces: Tensor) -> None:
        """``pieces``: the word pieces that occur; no other has a vector, so no other costs time."""
        super().__init__()
        transformers: Any = importlib.import_module("transformers")
        config = transformers.BertConfig.from_pretrained(
            minilm.folder, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        model: Any = transformers.BertModel
        self.kind, self.pieces = kind, pieces
        self.bert = model.from_pretrained(minilm.folder, config=config) if pretrained else model(config)
        table = self.bert.embeddings.word_embeddings.weight[pieces].detach().clone()
        self.bert.embeddings.word_embeddings = nn.Embedding(len(table), table.size(1), _weight=table)
        self.head = nn.Linear(config.hidden_size, OUTPUTS[kind])

    def vectors(self, batch: Encoded) -> Tensor:
        """What the head reads: ``(B, D)`` or ``(B, T, D)``."""
        ids = torch.searchsorted(self.pieces, batch.ids.contiguous())
        found: Any = self.bert(input_ids=ids, token_type_ids=batch.segments, attention_mask=batch.mask.long())
        read: Tensor = found.pooler_output if self.kind == "pairs" else found.last_hidden_state
        return read

    def freeze(self, trains: str) -> None:
        """Let only the head train, or the head, the pooler and the last two layers, or all."""
        self.requires_grad_(trains == "all")
        body = [] if trains == "head" else [self.bert.pooler, *self.bert.encoder.layer[-2:]]
        for part in (self.head, *body):
            part.requires_grad_(True)


def loss_of(kind: Kind, logits: Tensor, labels: Tensor, text: Tensor) -> Tensor:
    """Cross-entropy over classes, over the tags of words, or over starts and over ends (both inside the text)."""
    if kind == "spans":
        inside = logits.masked_fill(~text[..., None], -1e4)
        return F.cross_entropy(inside, labels)
    return F.cross_entropy(logits.movedim(-1, 1), labels, ignore_index=UNSCORED)


def score(kind: Kind, logits: Tensor, asked: Examples) -> float:
    """Accuracy for pairs, F1 over whole names for tags, the share of exactly right spans."""
    if kind == "pairs":
        return float((logits.argmax(-1) == asked.labels).float().mean())
    if kind == "tags":
        scored = asked.labels != UNSCORED
        guessed, gold = (_entities(tags, scored) for tags in (logits.argmax(-1), asked.labels))
        return 2 * len(guessed & gold) / max(1, len(guessed) + len(gold))
    found = [best_span(row, text) for row, text in zip(logits, asked.text, strict=True)]
    return sum(span == tuple(truth) for span, truth in zip(found, asked.labels.tolist(), strict=True)) / len(found)


def best_span(logits: Tensor, text: Tensor) -> tuple[int, int]:
    """Return the best legal span of logits ``(T, 2)``, found by trying all of them."""
    places = text.nonzero().flatten().tolist()
    start, end = logits.unbind(-1)
    legal = ((i, j) for i in places for j in places if i <= j < i + LONGEST_ANSWER)
    return max(legal, key=lambda span: float(start[span[0]] + end[span[1]]))


def _entities(tags: Tensor, scored: Tensor) -> set[tuple[int, int, int]]:
    """Return the names as (row, first word, word after the last); a name that begins with I counts, too."""
    found = set()
    for number, (row, kept) in enumerate(zip(tags, scored, strict=True)):
        first = None
        for place, tag in enumerate([*row[kept].tolist(), 0]):
            if first is not None and tag != 2:
                found.add((number, first, place))
                first = None
            if first is None and tag != 0:
                first = place
    return found


def measured(kind: Kind, trains: str, minilm: MiniLM, topics: Topics, seed: int, steps: int, rate: float) -> float:
    """Train on LABELLED examples and return the score on those held out; ``trains`` may be ``from scratch``."""
    torch.manual_seed(seed)
    pool, asked_examples = examples(kind, topics)
    tokenizer = minilm.tokenizer()
    known = encode(kind, tokenizer, random.Random(seed).sample(pool, LABELLED))
    asked = encode(kind, tokenizer, asked_examples)
    pieces = torch.unique(torch.cat([known.batch.ids.flatten(), asked.batch.ids.flatten()]))
    model = Reader(kind, minilm, trains != "from scratch", pieces)
    model.freeze("all" if trains == "from scratch" else trains)
    if trains == "head":
        _train_head(model, known)
    else:
        _train(model, known, steps, rate)
    return score(kind, _answered(model, asked), asked)


def _train_head(model: Reader, known: Examples) -> None:
    """Train the head on all vectors at once, which are computed only once since the body is frozen."""
    vectors = _read(model, known)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=HEAD_RATE)
    for _ in range(HEAD_STEPS):
        optimizer.zero_grad()
        loss_of(model.kind, model.head(vectors), known.labels, known.text).backward()  # type: ignore[no-untyped-call]
        optimizer.step()


def _train(model: Reader, known: Examples, steps: int, rate: float) -> None:
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=DECAY, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: factor(step, int(WARMUP * steps), steps))
    order = torch.empty(0, dtype=torch.int64)
    model.train()
    for _ in range(steps):
        if len(order) < BATCH:
            order = torch.randperm(len(known))
        rows, order = order[:BATCH], order[BATCH:]
        batch = known.batch[rows]
        width = batch.ids.shape[1]
        labels = known.labels[rows][:, :width] if model.kind == "tags" else known.labels[rows]
        logits = model.head(model.vectors(batch))
        loss = loss_of(model.kind, logits, labels, known.text[rows][:, :width])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()


@torch.no_grad()
def _read(model: Reader, asked: Examples) -> Tensor:
    """What the head reads of every example, padded to the width of the longest."""
    model.eval()
    width, parts = asked.batch.ids.shape[1], []
    for rows in torch.split(torch.arange(len(asked)), EVALUATED_AT_ONCE):
        vectors = model.vectors(asked.batch[rows])
        parts.append(vectors if model.kind == "pairs" else F.pad(vectors, (0, 0, 0, width - vectors.shape[1])))
    return torch.cat(parts)


@torch.no_grad()
def _answered(model: Reader, asked: Examples) -> Tensor:
    logits: Tensor = model.head(_read(model, asked))
    return logits
