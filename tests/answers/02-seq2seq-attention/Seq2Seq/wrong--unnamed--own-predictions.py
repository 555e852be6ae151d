# Wrong: after the first token the decoder reads its own predictions, decoder_input is ignored.
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
        _, state = self.encoder(self.source_embedding(source), source_lengths)
        token, steps = decoder_input[:, :1], []
        for _ in range(decoder_input.shape[1]):
            out, state = self.decoder(self.target_embedding(token), state=state)
            steps.append(self.projection(out))
            token = steps[-1].argmax(-1)
        return torch.cat(steps, dim=1)
