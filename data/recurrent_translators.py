"""LSTM translators with and without attention, from PyTorch's own layers: the long runs behind unit 02's tables."""

from collections.abc import Callable
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from data.parallel import BOS, EOS, PAD, Corpus, Encoded
from data.threads import one_thread

State = tuple[Tensor, Tensor]
AnyTranslator = TypeVar("AnyTranslator", bound="Translator")


class Encoder(nn.Module):
    """An embedding and an LSTM that reads each source to its true end."""

    def __init__(self, vocab: int, embedding_dim: int, hidden_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab, embedding_dim)
        self.lstm = nn.LSTM(embedding_dim, hidden_size, batch_first=True)

    def forward(self, source: Tensor, lengths: Tensor) -> tuple[Tensor, State]:
        """source ``(B, T_s)`` → outputs ``(B, T_s, H)`` and the last state, two of ``(B, H)``."""
        packed = pack_padded_sequence(self.embedding(source), lengths, batch_first=True, enforce_sorted=False)
        outputs, (h, c) = self.lstm(packed)
        return pad_packed_sequence(outputs, batch_first=True, total_length=source.shape[1])[0], (h[0], c[0])


class Translator(nn.Module):
    """What all of them share: an encoder, a target embedding, and a way to speak one token at a time."""

    def __init__(self, source_vocab: int, target_vocab: int, embedding_dim: int, hidden_size: int) -> None:
        super().__init__()
        self.encoder = Encoder(source_vocab, embedding_dim, hidden_size)
        self.embedding = nn.Embedding(target_vocab, embedding_dim)

    def begin(self, source: Tensor, lengths: Tensor) -> tuple[Tensor, ...]:
        """Return the state before the first step: a tuple of tensors, batch first."""
        raise NotImplementedError

    def step(self, tokens: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        """tokens ``(B,)`` → logits ``(B, V)`` and the next state."""
        raise NotImplementedError

    def forward(self, source: Tensor, lengths: Tensor, decoder_input: Tensor) -> Tensor:
        """decoder_input ``(B, T)`` → logits ``(B, T, V)``."""
        state = self.begin(source, lengths)
        logits = []
        for tokens in decoder_input.unbind(1):
            scores, state = self.step(tokens, state)
            logits.append(scores)
        return torch.stack(logits, dim=1)


class Plain(Translator):
    """All that the decoder gets to know of the source is the encoder's last state."""

    def __init__(self, source_vocab: int, target_vocab: int, embedding_dim: int = 32, hidden_size: int = 64) -> None:
        super().__init__(source_vocab, target_vocab, embedding_dim, hidden_size)
        self.decoder = nn.LSTM(embedding_dim, hidden_size, batch_first=True)
        self.projection = nn.Linear(hidden_size, target_vocab)

    def begin(self, source: Tensor, lengths: Tensor) -> tuple[Tensor, ...]:
        """Return (h, c)."""
        state: State = self.encoder(source, lengths)[1]
        return state

    def step(self, tokens: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        """tokens ``(B,)`` → logits ``(B, V)`` and the next state."""
        logits, state = self.run(tokens[:, None], state)
        return logits[:, 0], state

    def run(self, tokens: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        """tokens ``(B, T)`` → logits ``(B, T, V)`` and the state after them."""
        h, c = state
        outputs, (h, c) = self.decoder(self.embedding(tokens), (h[None], c[None]))
        return self.projection(outputs), (h[0], c[0])

    def forward(self, source: Tensor, lengths: Tensor, decoder_input: Tensor) -> Tensor:
        """decoder_input ``(B, T)`` → logits ``(B, T, V)``, all steps in one call of the fused layer."""
        return self.run(decoder_input, self.begin(source, lengths))[0]


class Attentive(Translator):
    """The same, and at each step the decoder's state looks at all of the encoder's outputs.

    score: "additive" (Bahdanau et al. 2015), "general" or "dot" (Luong et al. 2015).
    """

    def __init__(
        self,
        source_vocab: int,
        target_vocab: int,
        embedding_dim: int = 32,
        hidden_size: int = 64,
        score: str = "additive",
    ) -> None:
        super().__init__(source_vocab, target_vocab, embedding_dim, hidden_size)
        self.cell = nn.LSTMCell(embedding_dim + hidden_size, hidden_size)
        self.projection = nn.Linear(2 * hidden_size, target_vocab)
        self.score = score
        if score == "additive":
            self.W_q = nn.Linear(hidden_size, hidden_size, bias=False)
            self.v = nn.Linear(hidden_size, 1, bias=False)
        if score != "dot":
            self.W_k = nn.Linear(hidden_size, hidden_size, bias=False)

    def begin(self, source: Tensor, lengths: Tensor) -> tuple[Tensor, ...]:
        """Return (h, c, memory, projected keys, mask)."""
        memory, (h, c) = self.encoder(source, lengths)
        keys = memory if self.score == "dot" else self.W_k(memory)
        mask = torch.arange(source.shape[1]) < lengths[:, None]  # (B, T_s)
        return h, c, memory, keys, mask

    def weights(self, h: Tensor, keys: Tensor, mask: Tensor) -> Tensor:
        """h ``(B, H)``, keys ``(B, T_s, H)`` → weights ``(B, T_s)``."""
        if self.score == "additive":
            scores = self.v((self.W_q(h)[:, None] + keys).tanh()).squeeze(-1)
        else:
            scores = (keys @ h[:, :, None]).squeeze(-1)
        weights: Tensor = scores.masked_fill(~mask, -torch.inf).softmax(dim=-1)
        return weights

    def step(self, tokens: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        """tokens ``(B,)`` → logits ``(B, V)`` and the next state; attends with the state before the step."""
        h, c, memory, keys, mask = state
        context = (self.weights(h, keys, mask)[:, None] @ memory).squeeze(1)  # (B, H)
        h, c = self.cell(torch.cat([self.embedding(tokens), context], dim=-1), (h, c))
        return self.projection(torch.cat([h, context], dim=-1)), (h, c, memory, keys, mask)

    def all_weights(self, source: Tensor, lengths: Tensor, decoder_input: Tensor) -> Tensor:
        """Return the weights of every step, ``(B, T, T_s)``, with the right tokens read."""
        state = self.begin(source, lengths)
        rows = []
        for tokens in decoder_input.unbind(1):
            h, _, _, keys, mask = state
            rows.append(self.weights(h, keys, mask))
            _, state = self.step(tokens, state)
        return torch.stack(rows, dim=1)


def fresh(make: Callable[[int, int], AnyTranslator], corpus: Corpus, seed: int) -> AnyTranslator:
    """Return a model for a corpus, its weights drawn from a seed, the caller's random state left alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make(len(corpus.source), len(corpus.target))


def framed(batch: Encoded) -> tuple[Tensor, Tensor]:
    """Return what the decoder reads, BOS + y, and what it must say, y + EOS; both ``(B, T + 1)``."""
    one = batch.target.new_full((len(batch), 1), BOS)
    labels = F.pad(batch.target, (0, 1), value=PAD)
    labels = labels.scatter(1, batch.target_lengths[:, None], EOS)
    return torch.cat([one, batch.target], dim=1), labels


def forced_loss(model: Translator) -> Callable[[Encoded], Tensor]:
    """Return the loss by teacher forcing: the decoder reads the right tokens."""

    def loss(batch: Encoded) -> Tensor:
        decoder_input, labels = framed(batch)
        logits = model(batch.source, batch.source_lengths, decoder_input)
        return F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=PAD)

    return loss


def mixed_loss(model: Translator, own_share: float, seed: int) -> Callable[[Encoded], Tensor]:
    """Return the loss when each token read is, with probability ``own_share``, the one that the model has just said.

    With 1 there is no teacher; in between it is scheduled sampling (Bengio et al. 2015) with a constant schedule.
    """
    generator = torch.Generator().manual_seed(seed)

    def loss(batch: Encoded) -> Tensor:
        decoder_input, labels = framed(batch)
        state = model.begin(batch.source, batch.source_lengths)
        said = decoder_input[:, 0]
        logits = []
        for place, right in enumerate(decoder_input.unbind(1)):
            own = torch.rand(right.shape, generator=generator) < own_share
            scores, state = model.step(torch.where(own & (place > 0), said, right), state)
            said = scores.argmax(dim=-1)
            logits.append(scores)
        return F.cross_entropy(torch.stack(logits, dim=1).flatten(0, 1), labels.flatten(), ignore_index=PAD)

    return loss


def greedy(model: Translator, longest: int) -> Callable[[Tensor, Tensor], list[list[int]]]:
    """Return a translator that takes the most probable token at every step, at most ``longest`` of them."""

    @torch.no_grad()
    @one_thread()
    def translate(source: Tensor, lengths: Tensor) -> list[list[int]]:
        state = model.begin(source, lengths)
        tokens = source.new_full((len(source),), BOS)
        said = []
        for _ in range(longest):
            logits, state = model.step(tokens, state)
            tokens = logits.argmax(dim=-1)
            said.append(tokens)
        return [until_end(ids) for ids in torch.stack(said, dim=1).tolist()]

    return translate


def until_end(ids: list[int]) -> list[int]:
    """Return the ids before the first EOS, all of them if there is none."""
    return ids[: ids.index(EOS)] if EOS in ids else ids
