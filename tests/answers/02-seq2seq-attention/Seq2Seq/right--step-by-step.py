# Right: the decoder is called once per token, its state handed on by hand.
import torch
from torch import nn
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
        outputs, (h, c) = self.encoder(self.source_embedding(source), lengths=source_lengths)
        logits = []
        for t in range(decoder_input.shape[1]):
            token = decoder_input[:, t:t + 1]
            out, (h, c) = self.decoder(self.target_embedding(token), None, (h, c))
            logits.append(self.projection(out[:, 0]))
        return torch.stack(logits, dim=1)
