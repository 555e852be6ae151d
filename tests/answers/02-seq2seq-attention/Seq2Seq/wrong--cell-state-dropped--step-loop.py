# Wrong: the loop starts with a fresh cell state.
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
        h = self.encoder(self.source_embedding(source), source_lengths)[1][0]
        c = h.new_zeros(h.shape)
        steps = []
        for t in range(decoder_input.shape[1]):
            out, (h, c) = self.decoder(self.target_embedding(decoder_input[:, t:t + 1]), None, (h, c))
            steps.append(self.projection(out))
        return torch.cat(steps, dim=1)
