# Wrong: returns probabilities.
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
        z = self.norm(F.gelu(self.transform(hidden)))
        logits = F.linear(z, self.table, self.decoder_bias)
        return logits.softmax(dim=-1), self.next_sentence(pooled).softmax(dim=-1)
