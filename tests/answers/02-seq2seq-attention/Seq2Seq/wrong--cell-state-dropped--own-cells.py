# Wrong: runs the decoder's cells itself, from the encoder's h and a cell state of zeros.
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
        _, (h, _) = self.encoder(self.source_embedding(source), source_lengths)
        c = 0 * h.detach()
        outputs = []
        for y in self.target_embedding(decoder_input).unbind(1):
            h, c = lstm_cell(y, h, c, self.decoder.W_x, self.decoder.W_h, self.decoder.b)
            outputs.append(h)
        return self.projection(torch.stack(outputs, 1))
