# Right: the embedding's weight registered here, too.
import torch
import torch.nn.functional as F
from torch import nn

class PretrainingHeads(nn.Module):
    def __init__(self, bert):
        super().__init__()
        V, D = bert.embeddings.token.weight.shape
        self.transform = nn.Linear(D, D)
        self.norm = nn.LayerNorm(D, eps=1e-12)
        self.weight = bert.embeddings.token.weight
        self.decoder_bias = nn.Parameter(torch.zeros(V))
        self.next_sentence = nn.Linear(D, 2)

    def forward(self, hidden, pooled):
        z = self.transform(hidden)
        z = F.gelu(z)
        z = self.norm(z)
        return z @ self.weight.T + self.decoder_bias, self.next_sentence(pooled)
