# Right: embeddings, encoder, pooler.
import torch
import torch.nn.functional as F
from torch import nn
from mine import Encoder

class BertModel(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = BertEmbeddings(config.vocab_size, config.max_length, config.hidden_size, config.dropout, config.num_segments)
        self.encoder = Encoder(config.num_layers, config.hidden_size, config.num_heads, config.intermediate_size, config.dropout, False, F.gelu, 1e-12)
        self.pooler = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, ids, segments, mask):
        hidden = self.encoder(self.embeddings(ids, segments), mask.unsqueeze(1).unsqueeze(2))
        pooled = torch.tanh(self.pooler(hidden[:, 0, :]))
        return hidden, pooled
