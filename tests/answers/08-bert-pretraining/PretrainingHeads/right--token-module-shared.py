# Right: the embedding module is kept as a sub-module, GELU written with erf, logits for each row.
import torch
from torch import nn

class PretrainingHeads(nn.Module):
    def __init__(self, bert):
        super().__init__()
        self.token = bert.embeddings.token
        D = self.token.embedding_dim
        self.transform, self.norm, self.next_sentence = nn.Linear(D, D), nn.LayerNorm(D, eps=1e-12), nn.Linear(D, 2)
        self.register_parameter("decoder_bias", nn.Parameter(torch.zeros(self.token.num_embeddings)))

    def forward(self, hidden, pooled):
        rows = []
        for sentence in hidden:
            z = self.transform(sentence)
            z = self.norm(z * (1 + torch.erf(z / 2 ** 0.5)) / 2)
            rows.append(torch.addmm(self.decoder_bias, z, self.token.weight.t()))
        return torch.stack(rows), pooled @ self.next_sentence.weight.T + self.next_sentence.bias
