# Right: encode, start the decoder with the encoder's last state, project.
import torch.nn as nn
from mine import LSTM

class Seq2Seq(nn.Module):
    def __init__(self, source_vocab, target_vocab, embedding_dim, hidden_size):
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, embedding_dim)
        self.target_embedding = nn.Embedding(target_vocab, embedding_dim)
        self.encoder = LSTM(embedding_dim, hidden_size)
        self.decoder = LSTM(embedding_dim, hidden_size)
        self.projection = nn.Linear(hidden_size, target_vocab)

    def forward(self, source, source_lengths, decoder_input):
        _, state = self.encoder(self.source_embedding(source), source_lengths)
        outputs, _ = self.decoder(self.target_embedding(decoder_input), state=state)
        return self.projection(outputs)
