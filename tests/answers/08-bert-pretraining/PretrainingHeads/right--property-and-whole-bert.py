# Right: the whole bert is a sub-module, and a property hands out its table.
import torch
import torch.nn.functional as F
from torch import nn

class PretrainingHeads(nn.Module):
    def __init__(self, bert):
        super().__init__()
        self.bert = bert
        D = bert.pooler.in_features
        self.transform = nn.Linear(D, D)
        self.norm = nn.LayerNorm(D, eps=1e-12)
        self.decoder_bias = nn.Parameter(torch.zeros(self.table.shape[0]))
        self.next_sentence = nn.Linear(D, 2)

    @property
    def table(self):
        return self.bert.embeddings.token.weight

    def forward(self, hidden, pooled):
        z = self.norm(F.gelu(self.transform(hidden), approximate="none"))
        return F.linear(z, self.table, self.decoder_bias), self.next_sentence(pooled)
