# Wrong: a decoder-only model, the encoder is not even called.
import torch
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
        state, steps = None, []
        for token in decoder_input.split(1, dim=1):
            out, state = self.decoder(self.target_embedding(token), state=state)
            steps.append(out)
        return self.projection(torch.cat(steps, dim=1))
