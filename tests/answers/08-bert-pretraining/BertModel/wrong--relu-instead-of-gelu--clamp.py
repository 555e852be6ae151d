# Wrong (relu-instead-of-gelu): a ReLU by clamp, layers called in a loop.
import torch
from torch import nn
from mine import Encoder

def bend(x):
    return x.clamp(min=0)

class BertModel(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        d = config.hidden_size
        self.embeddings = BertEmbeddings(config.vocab_size, config.max_length, d, config.dropout, config.num_segments)
        self.encoder = Encoder(config.num_layers, d, config.num_heads, config.intermediate_size, config.dropout, False, bend, 1e-12)
        self.pooler = nn.Linear(d, d)

    def forward(self, ids, segments, mask):
        x = self.embeddings(ids, segments)
        for layer in self.encoder.layers:
            x = layer(x, mask[:, None, None, :])
        return x, torch.tanh(self.pooler(x[:, 0]))
