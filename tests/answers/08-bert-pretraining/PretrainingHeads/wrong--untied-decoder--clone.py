# Wrong (untied-decoder): a parameter that starts as a copy of the table.
import torch
import torch.nn.functional as F
from torch import nn

class PretrainingHeads(nn.Module):
    def __init__(self, bert):
        super().__init__()
        D, V = bert.config.hidden_size, bert.config.vocab_size
        self.transform = nn.Linear(D, D)
        self.norm = nn.LayerNorm(D, eps=1e-12)
        self.decoder_weight = nn.Parameter(bert.embeddings.token.weight.detach().clone())
        self.decoder_bias = nn.Parameter(torch.zeros(V))
        self.next_sentence = nn.Linear(D, 2)

    def forward(self, hidden, pooled):
        z = self.norm(F.gelu(self.transform(hidden)))
        return F.linear(z, self.decoder_weight, self.decoder_bias), self.next_sentence(pooled)
