# Right: typed, with methods of its own for encoding and decoding.
from typing import Tuple
from torch import Tensor, nn
from mine import LSTM

State = Tuple[Tensor, Tensor]

class Seq2Seq(nn.Module):
    """The encoder's last state is all that the decoder learns of the source."""

    def __init__(self, source_vocab: int, target_vocab: int, embedding_dim: int, hidden_size: int) -> None:
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, embedding_dim)
        self.target_embedding = nn.Embedding(target_vocab, embedding_dim)
        self.encoder = LSTM(embedding_dim, hidden_size)
        self.decoder = LSTM(embedding_dim, hidden_size)
        self.projection = nn.Linear(hidden_size, target_vocab)

    def encode(self, source: Tensor, lengths: Tensor) -> State:
        embedded = self.source_embedding(source)
        return self.encoder(embedded, lengths)[1]

    def decode(self, tokens: Tensor, state: State) -> Tuple[Tensor, State]:
        hidden, state = self.decoder(self.target_embedding(tokens), state=state)
        return self.projection(hidden), state

    def forward(self, source: Tensor, source_lengths: Tensor, decoder_input: Tensor) -> Tensor:
        logits, _ = self.decode(decoder_input, self.encode(source, source_lengths))
        return logits
