# Right: unpacks every result, keeps intermediate results on the module for plots, and checks the input.
import torch
from torch import nn
from mine import LSTM

class Seq2Seq(nn.Module):
    def __init__(self, source_vocab, target_vocab, embedding_dim, hidden_size):
        super(Seq2Seq, self).__init__()
        self.source_embedding = nn.Embedding(source_vocab, embedding_dim)
        self.target_embedding = nn.Embedding(target_vocab, embedding_dim)
        self.encoder = LSTM(embedding_dim, hidden_size)
        self.decoder = LSTM(embedding_dim, hidden_size)
        self.projection = nn.Linear(hidden_size, target_vocab)
        self.last = {}

    def forward(self, source, source_lengths, decoder_input):
        if source.shape[0] != decoder_input.shape[0]:
            raise ValueError(f"{source.shape[0]} sources, {decoder_input.shape[0]} targets")
        encoder_outputs, (h_n, c_n) = self.encoder(self.source_embedding(source), source_lengths, None)
        decoder_outputs, (h_t, c_t) = self.decoder(self.target_embedding(decoder_input), state=(h_n, c_n))
        self.last = {"encoder": encoder_outputs.detach(), "state": h_t.detach(), "cell": c_t.detach()}
        return torch.einsum("bth,vh->btv", decoder_outputs, self.projection.weight) + self.projection.bias
