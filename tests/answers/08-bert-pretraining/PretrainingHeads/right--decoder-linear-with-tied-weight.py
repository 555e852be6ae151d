# Right: a linear map without bias whose weight is replaced by the embedding's.
import torch
import torch.nn.functional as F
from torch import nn

class PretrainingHeads(nn.Module):
    def __init__(self, bert):
        super().__init__()
        token = bert.embeddings.token
        width, size = token.embedding_dim, token.num_embeddings
        self.transform = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width, 1e-12)
        self.decoder = nn.Linear(width, size, bias=False)
        self.decoder.weight = token.weight
        self.decoder_bias = nn.Parameter(torch.zeros(size))
        self.next_sentence = nn.Linear(width, 2)

    def forward(self, hidden, pooled):
        masked = self.decoder(self.norm(F.gelu(self.transform(hidden)))) + self.decoder_bias
        follows = self.next_sentence(pooled)
        return masked, follows
