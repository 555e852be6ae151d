# Wrong: no norm behind the GELU.
import torch
import torch.nn.functional as F
from torch import nn

class PretrainingHeads(nn.Module):
    def __init__(self, bert):
        super().__init__()
        self.table = bert.embeddings.token.weight
        V, D = self.table.shape
        self.transform = nn.Linear(D, D)
        self.norm = nn.LayerNorm(D, eps=1e-12)
        self.decoder_bias = nn.Parameter(torch.zeros(V))
        self.next_sentence = nn.Linear(D, 2)

    def forward(self, hidden, pooled):
        return F.linear(F.gelu(self.transform(hidden)), self.table, self.decoder_bias), self.next_sentence(pooled)
