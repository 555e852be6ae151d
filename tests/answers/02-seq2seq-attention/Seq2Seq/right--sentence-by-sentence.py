# Right: each sentence is encoded on its own, cut to its length, so that no padding is ever seen; prints the shapes.
import torch
import torch.nn as nn
import mine

class Seq2Seq(nn.Module):
    def __init__(self, source_vocab, target_vocab, embedding_dim, hidden_size):
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, embedding_dim)
        self.target_embedding = nn.Embedding(target_vocab, embedding_dim)
        self.encoder = mine.LSTM(embedding_dim, hidden_size)
        self.decoder = mine.LSTM(embedding_dim, hidden_size)
        self.projection = nn.Linear(hidden_size, target_vocab)

    def forward(self, source, source_lengths, decoder_input):
        states = []
        for sentence, n in zip(source, source_lengths):
            states.append(self.encoder(self.source_embedding(sentence[:n])[None])[1])
        h = torch.cat([s[0] for s in states])
        c = torch.cat([s[1] for s in states])
        print("state", h.shape, c.shape)
        hidden = self.decoder(self.target_embedding(decoder_input), state=(h, c))[0]
        return hidden @ self.projection.weight.T + self.projection.bias
