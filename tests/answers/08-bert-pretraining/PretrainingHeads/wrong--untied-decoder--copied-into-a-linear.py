# Wrong (untied-decoder): the table is copied into a linear map once, at the beginning.
import torch
import torch.nn.functional as F
from torch import nn

class PretrainingHeads(nn.Module):
    def __init__(self, bert):
        super().__init__()
        table = bert.embeddings.token.weight
        V, D = table.shape
        self.transform = nn.Linear(D, D)
        self.norm = nn.LayerNorm(D, eps=1e-12)
        self.decoder = nn.Linear(D, V, bias=False)
        with torch.no_grad():
            self.decoder.weight.copy_(table)
        self.decoder_bias = nn.Parameter(torch.zeros(V))
        self.next_sentence = nn.Linear(D, 2)

    def forward(self, hidden, pooled):
        z = self.norm(nn.functional.gelu(self.transform(hidden)))
        return torch.matmul(z, self.decoder.weight.mT) + self.decoder_bias, self.next_sentence(pooled)
