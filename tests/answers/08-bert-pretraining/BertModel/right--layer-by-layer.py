# Right: the layers are called one by one with a mask of the full shape; GELU is written with erf.
import math
import torch
from torch import nn
from mine import Encoder

def bend(x):
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))

class BertModel(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = c = config
        self.embeddings = BertEmbeddings(c.vocab_size, c.max_length, c.hidden_size, dropout=c.dropout, num_segments=c.num_segments)
        self.encoder = Encoder(
            num_layers=c.num_layers, d_model=c.hidden_size, num_heads=c.num_heads, d_ff=c.intermediate_size,
            dropout=c.dropout, activation=bend, norm_eps=1e-12,
        )
        self.pooler = nn.Linear(c.hidden_size, c.hidden_size)

    def forward(self, ids, segments, mask):
        B, T = ids.shape
        seen = mask.view(B, 1, 1, T).expand(B, 1, T, T)
        x = self.embeddings(ids, segments)
        for layer in self.encoder.layers:
            x = layer(x, seen)
        first = x.select(1, 0)
        return x, (first @ self.pooler.weight.T + self.pooler.bias).tanh()
