# Wrong: its own encoder loop runs over the padding.
import torch
import torch.nn as nn
from mine import LSTM, lstm_cell

class Seq2Seq(nn.Module):
    def __init__(self, source_vocab, target_vocab, embedding_dim, hidden_size):
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, embedding_dim)
        self.target_embedding = nn.Embedding(target_vocab, embedding_dim)
        self.encoder = LSTM(embedding_dim, hidden_size)
        self.decoder = LSTM(embedding_dim, hidden_size)
        self.projection = nn.Linear(hidden_size, target_vocab)

    def forward(self, source, source_lengths, decoder_input):
        x = self.source_embedding(source)
        h = c = x.new_zeros(len(x), self.encoder.W_h.shape[1])
        for t in range(source.shape[1]):
            h, c = lstm_cell(x[:, t], h, c, self.encoder.W_x, self.encoder.W_h, self.encoder.b)
        out, _ = self.decoder(self.target_embedding(decoder_input), None, (h, c))
        return self.projection(out)
