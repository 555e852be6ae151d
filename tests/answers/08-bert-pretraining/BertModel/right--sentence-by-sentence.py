# Right: reads the sentences one after the other, padding and all, and stacks them.
import torch
import torch.nn.functional as F
from torch import nn
from mine import Encoder

class BertModel(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        d = config.hidden_size
        self.embeddings = BertEmbeddings(config.vocab_size, config.max_length, d, config.dropout, config.num_segments)
        self.encoder = Encoder(config.num_layers, d, config.num_heads, config.intermediate_size, config.dropout, activation=F.gelu, norm_eps=1e-12)
        self.pooler = nn.Linear(d, d)

    def forward(self, ids, segments, mask):
        rows = []
        for b in range(len(ids)):
            one = slice(b, b + 1)
            rows.append(self.encoder(self.embeddings(ids[one], segments[one]), mask[one].reshape(1, 1, 1, -1)))
        hidden = torch.cat(rows)
        return hidden, torch.tanh(self.pooler(hidden[:, 0]))
