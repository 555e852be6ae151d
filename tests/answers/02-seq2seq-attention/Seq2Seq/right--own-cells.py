# Right: uses the two LSTMs' weights with lstm_cell and freezes the encoder's state past each length by itself.
import torch
from torch import nn
from mine import LSTM, lstm_cell

class Seq2Seq(nn.Module):
    def __init__(self, source_vocab, target_vocab, embedding_dim, hidden_size):
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, embedding_dim)
        self.target_embedding = nn.Embedding(target_vocab, embedding_dim)
        self.encoder = LSTM(embedding_dim, hidden_size)
        self.decoder = LSTM(embedding_dim, hidden_size)
        self.projection = nn.Linear(hidden_size, target_vocab)
        self.hidden_size = hidden_size

    def forward(self, source, source_lengths, decoder_input):
        x = self.source_embedding(source)
        h = c = x.new_zeros(x.shape[0], self.hidden_size)
        E, D = self.encoder, self.decoder
        for t in range(x.shape[1]):
            new_h, new_c = lstm_cell(x[:, t], h, c, E.W_x, E.W_h, E.b)
            running = (source_lengths > t).unsqueeze(1)
            h, c = torch.where(running, new_h, h), torch.where(running, new_c, c)
        y = self.target_embedding(decoder_input)
        states = []
        for t in range(y.shape[1]):
            h, c = lstm_cell(y[:, t], h, c, D.W_x, D.W_h, D.b)
            states.append(h)
        return torch.stack([self.projection(s) for s in states], dim=1)
