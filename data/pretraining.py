"""Pretraining a small BERT on source code: batches, losses, held-out figures, and the checkpoint that ships.

The model is made of PyTorch's layers; a checkpoint has the names of unit 08's ``BertModel`` and ``PretrainingHeads``.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from data.threads import one_thread
from data.word_pieces import CLS, MASK, PAD, SEP, SPECIAL, Document

CHECKPOINT: Final = Path(__file__).parent / "code-bert.safetensors"
IGNORED: Final = -100
POOL: Final = 16  # batches sorted together
STD: Final = 0.05  # of all weights before training; BERT's 0.02 is for vectors six times as wide

Sentence = list[int]


@dataclass(frozen=True)
class Sizes:
    """The shape of the model that ships with the course; names and order are those of unit 08's ``BertConfig``."""

    vocab_size: int = 4000
    hidden_size: int = 128
    num_layers: int = 2
    num_heads: int = 4
    intermediate_size: int = 512
    max_length: int = 64


@dataclass(frozen=True)
class Recipe:
    """AdamW with linear warm-up and decay.

    rate: share of tokens chosen; masked, replaced: shares of these that become [MASK] or any token.
    """

    steps: int = 3000
    batch_size: int = 32
    learning_rate: float = 1.5e-3
    warmup_share: float = 0.05
    weight_decay: float = 0.01
    clip: float = 1.0
    rate: float = 0.15
    masked: float = 0.8
    replaced: float = 0.1
    next_sentence: bool = True

    def rate_factor(self, step: int) -> float:
        """Return the factor on the learning rate at a step, counted from 0."""
        warmup = max(1, round(self.warmup_share * self.steps))
        return min((step + 1) / warmup, (self.steps - step) / (self.steps - warmup + 1))


@dataclass(frozen=True)
class Batch:
    """Packed pairs: ids and segments ``(B, T)`` int64, mask ``(B, T)`` True = real token, is_next ``(B,)`` int64."""

    ids: Tensor
    segments: Tensor
    mask: Tensor
    is_next: Tensor

    @property
    def special(self) -> Tensor:
        """``(B, T)``, True where no word stands: [CLS], [SEP] and padding."""
        return self.ids < len(SPECIAL)


@dataclass(frozen=True)
class Progress:
    """What is known after a step: both losses of its batch in nats, and the share of right answers to each question."""

    masked_loss: float
    masked_accuracy: float
    next_loss: float
    next_accuracy: float


class CodeBert(nn.Module):
    """Embeddings, encoder and both heads of BERT, from PyTorch's layers."""

    def __init__(self, sizes: Sizes | None = None) -> None:
        super().__init__()
        self.sizes = sizes = sizes or Sizes()
        width = sizes.hidden_size
        self.token = nn.Embedding(sizes.vocab_size, width)
        self.position = nn.Embedding(sizes.max_length, width)
        self.segment = nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width,
                sizes.num_heads,
                sizes.intermediate_size,
                dropout=0.0,
                activation="gelu",
                layer_norm_eps=1e-12,
                batch_first=True,
            )
            for _ in range(sizes.num_layers)
        )
        self.pooler = nn.Linear(width, width)
        self.transform = nn.Linear(width, width)
        self.transform_norm = nn.LayerNorm(width, eps=1e-12)
        self.decoder_bias = nn.Parameter(torch.zeros(sizes.vocab_size))
        self.next_sentence = nn.Linear(width, 2)
        start_small(self)

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """ids, segments, mask ``(B, T)`` → hidden ``(B, T, D)``, pooled ``(B, D)``."""
        places = torch.arange(ids.shape[1])
        x = self.norm(self.token(ids) + self.position(places) + self.segment(segments))
        for layer in self.layers:
            x = layer(x, src_key_padding_mask=~mask)
        return x, self.pooler(x[:, 0]).tanh()

    def words(self, hidden: Tensor) -> Tensor:
        """Return masked-LM logits ``(..., V)`` of hidden ``(..., D)``."""
        return F.linear(self.transform_norm(F.gelu(self.transform(hidden))), self.token.weight, self.decoder_bias)


@torch.no_grad()
def start_small(model: nn.Module) -> None:
    """Draw all weights anew with a small standard deviation and set biases to 0, as BERT does before training.

    With a decoder tied to embeddings of variance 1 the first logits would be in the tens.
    """
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Embedding):
            module.weight.normal_(std=STD)
        if isinstance(module, nn.Linear) and module.bias is not None:
            module.bias.zero_()
        if isinstance(module, nn.MultiheadAttention):
            module.in_proj_weight.normal_(std=STD)


def fresh(seed: int, sizes: Sizes | None = None) -> CodeBert:
    """Return an untrained model, its weights drawn from a seed, the caller's random state left alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return CodeBert(sizes)


def pairs(documents: Sequence[Document], drawn: random.Random) -> list[tuple[Sentence, Sentence, bool]]:
    """Return a pair for each two neighbours of a document; with probability ½ the second is one of another document."""
    found = []
    for number, document in enumerate(documents):
        for first, second in zip(document, document[1:], strict=False):
            if drawn.random() < 0.5:
                found.append((first, second, True))
            else:
                other = drawn.randrange(len(documents) - 1)
                found.append((first, drawn.choice(documents[other + (other >= number)]), False))
    return found


def packed(chosen: Sequence[tuple[Sentence, Sentence, bool]], max_length: int) -> Batch:
    """Return pairs as one batch, [CLS] first [SEP] second [SEP], the longer one cut where both do not fit."""
    rows = [_fitting(first, second, max_length - 3) for first, second, _ in chosen]
    ids = [torch.tensor([CLS, *first, SEP, *second, SEP]) for first, second in rows]
    kinds = [torch.tensor([0] * (len(first) + 2) + [1] * (len(second) + 1)) for first, second in rows]
    padded = nn.utils.rnn.pad_sequence(ids, batch_first=True, padding_value=PAD)
    segments = nn.utils.rnn.pad_sequence(kinds, batch_first=True)
    return Batch(padded, segments, padded != PAD, torch.tensor([int(is_next) for *_, is_next in chosen]))


def _fitting(first: Sentence, second: Sentence, room: int) -> tuple[Sentence, Sentence]:
    half = room // 2
    keep = max(room - len(second), half if room % 2 == 0 else half + 1)
    first = first[:keep]
    return first, second[: room - len(first)]


def batches(documents: Sequence[Document], recipe: Recipe, max_length: int, seed: int) -> Iterator[Batch]:
    """Yield batches without end; every epoch draws its false neighbours and its order anew.

    Pairs of about the same length go together, so that little is spent on padding.
    """
    drawn = random.Random(seed)
    size = recipe.batch_size
    while True:
        epoch = pairs(documents, drawn)
        drawn.shuffle(epoch)
        for start in range(0, len(epoch) - POOL * size + 1, POOL * size):
            pool = sorted(epoch[start : start + POOL * size], key=lambda pair: len(pair[0]) + len(pair[1]))
            for place in drawn.sample(range(POOL), POOL):
                yield packed(pool[place * size : (place + 1) * size], max_length)


def corrupted(batch: Batch, recipe: Recipe, vocab_size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return ids with some tokens hidden, and labels, -100 where nothing is asked; both ``(B, T)``."""
    chosen = (torch.rand(batch.ids.shape, generator=generator) < recipe.rate) & ~batch.special
    fate = torch.rand(batch.ids.shape, generator=generator)
    other = torch.randint(vocab_size, batch.ids.shape, generator=generator)
    ids = torch.where(chosen & (fate < recipe.masked), MASK, batch.ids)
    replaced = chosen & (fate >= recipe.masked) & (fate < recipe.masked + recipe.replaced)
    return torch.where(replaced, other, ids), torch.where(chosen, batch.ids, IGNORED)


@one_thread()
def train(
    model: CodeBert,
    documents: Sequence[Document],
    recipe: Recipe | None = None,
    seed: int = 0,
    say: Callable[[int, Progress], None] | None = None,
) -> list[Progress]:
    """Train a model in place and return its figures at every step; only the tokens that are asked for are decoded."""
    recipe = recipe or Recipe()
    optimizer = torch.optim.AdamW(_groups(model, recipe.weight_decay), lr=recipe.learning_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, recipe.rate_factor)
    generator = torch.Generator().manual_seed(seed)
    drawn = batches(documents, recipe, model.sizes.max_length, seed)
    seen = []
    model.train()
    for step in range(recipe.steps):
        loss, progress = _losses(model, next(drawn), recipe, generator)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        optimizer.step()
        schedule.step()
        seen.append(progress)
        if say:
            say(step, progress)
    model.eval()
    return seen


def _groups(model: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    parameters = list(model.parameters())
    matrices = [parameter for parameter in parameters if parameter.dim() > 1]
    vectors = [parameter for parameter in parameters if parameter.dim() <= 1]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}]


def _losses(model: CodeBert, batch: Batch, recipe: Recipe, generator: torch.Generator) -> tuple[Tensor, Progress]:
    logits, labels, answers = _answered(model, batch, recipe, generator)
    masked_loss = F.cross_entropy(logits, labels)
    next_loss = F.cross_entropy(answers, batch.is_next)
    loss = masked_loss + next_loss if recipe.next_sentence else masked_loss
    right = (logits.argmax(dim=-1) == labels).float().mean()
    right_next = (answers.argmax(dim=-1) == batch.is_next).float().mean()
    return loss, Progress(masked_loss.item(), right.item(), next_loss.item(), right_next.item())


def _answered(
    model: CodeBert, batch: Batch, recipe: Recipe, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    ids, labels = corrupted(batch, recipe, model.sizes.vocab_size, generator)
    hidden, pooled = model(ids, batch.segments, batch.mask)
    asked = labels != IGNORED
    return model.words(hidden[asked]), labels[asked], model.next_sentence(pooled)


@torch.no_grad()
@one_thread()
def judged(model: CodeBert, documents: Sequence[Document], recipe: Recipe | None = None, seed: int = 0) -> Progress:
    """Return the figures over all pairs of held-out documents, masked by the recipe: means over tokens, over pairs."""
    recipe = recipe or Recipe()
    generator = torch.Generator().manual_seed(seed)
    asked_for = pairs(documents, random.Random(seed))
    sums = torch.zeros(4, dtype=torch.float64)
    tokens = 0
    for start in range(0, len(asked_for), 64):
        batch = packed(asked_for[start : start + 64], model.sizes.max_length)
        logits, labels, answers = _answered(model, batch, recipe, generator)
        tokens += len(labels)
        sums[0] += F.cross_entropy(logits, labels, reduction="sum")
        sums[1] += (logits.argmax(dim=-1) == labels).sum()
        sums[2] += F.cross_entropy(answers, batch.is_next, reduction="sum")
        sums[3] += (answers.argmax(dim=-1) == batch.is_next).sum()
    masked_loss, masked_accuracy = (sums[:2] / tokens).tolist()
    next_loss, next_accuracy = (sums[2:] / len(asked_for)).tolist()
    return Progress(masked_loss, masked_accuracy, next_loss, next_accuracy)


def unigram(train_on: Sequence[Document], held_out: Sequence[Document], vocab_size: int) -> tuple[float, float]:
    """Return loss in nats and accuracy of guessing every token by its share in the training text, add-one smoothed."""
    counts = _counts(train_on, vocab_size) + 1.0
    asked = _counts(held_out, vocab_size)
    loss = -(asked * (counts / counts.sum()).log()).sum() / asked.sum()
    return loss.item(), (asked[counts.argmax()] / asked.sum()).item()


def _counts(documents: Sequence[Document], vocab_size: int) -> Tensor:
    ids = torch.tensor([id_ for document in documents for sentence in document for id_ in sentence])
    return ids.bincount(minlength=vocab_size).double()


def save(model: CodeBert, file: Path = CHECKPOINT) -> Path:
    """Write a model's weights under the names of unit 08's modules, the tied decoder once."""
    save_file(named(model), file, metadata={"format": "pt"})
    return file


def named(model: CodeBert) -> dict[str, Tensor]:
    """Return name → tensor, the names those of unit 08's modules after ``bert.`` and ``heads.``."""
    whole: dict[str, nn.Module] = {
        "bert.embeddings.token": model.token,
        "bert.embeddings.position": model.position,
        "bert.embeddings.segment": model.segment,
        "bert.embeddings.norm": model.norm,
        "bert.pooler": model.pooler,
        "heads.transform": model.transform,
        "heads.norm": model.transform_norm,
        "heads.next_sentence": model.next_sentence,
    }
    found = {f"{name}.{part}": tensor for name, module in whole.items() for part, tensor in module.state_dict().items()}
    found["heads.decoder_bias"] = model.decoder_bias
    for number, layer in enumerate(model.layers):
        found |= {f"bert.encoder.layers.{number}.{name}": tensor for name, tensor in _named_layer(layer).items()}
    return {name: tensor.detach().clone().contiguous() for name, tensor in found.items()}


def _named_layer(layer: nn.Module) -> dict[str, Tensor]:
    old = layer.state_dict()
    found = {}
    for part in ("weight", "bias"):
        for name, tensor in zip(("q_proj", "k_proj", "v_proj"), old[f"self_attn.in_proj_{part}"].chunk(3), strict=True):
            found[f"self_attention.{name}.{part}"] = tensor
        found[f"self_attention.out_proj.{part}"] = old[f"self_attn.out_proj.{part}"]
        for name in ("linear1", "linear2"):
            found[f"feed_forward.{name}.{part}"] = old[f"{name}.{part}"]
        for name in ("norm1", "norm2"):
            found[f"{name}.{part}"] = old[f"{name}.{part}"]
    return found


def load_into(bert: nn.Module, heads: nn.Module | None = None, file: Path = CHECKPOINT) -> None:
    """Copy the shipped weights into unit 08's modules, in place.

    Raises ``ValueError``, naming them, if the modules lack tensors of the checkpoint.
    """
    stored = load_file(file)
    for prefix, module in (("bert.", bert), ("heads.", heads)):
        if module is None:
            continue
        part = {name.removeprefix(prefix): tensor for name, tensor in stored.items() if name.startswith(prefix)}
        missing = module.load_state_dict(part, strict=False).unexpected_keys
        if missing:
            raise ValueError(f"{type(module).__name__} has no {', '.join(missing)}, which the checkpoint holds")
