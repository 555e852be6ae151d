# Right: nn.GELU as the activation, padding_mask from unit 04 for the mask, a method for the pooling.
import torch
from torch import nn
from mine import Encoder, padding_mask

class BertModel(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        width = config.hidden_size
        self.pooler = nn.Linear(in_features=width, out_features=width, bias=True)
        self.activate = nn.Tanh()
        self.encoder = Encoder(config.num_layers, width, config.num_heads, config.intermediate_size,
                               config.dropout, pre_norm=False, activation=nn.GELU(), norm_eps=1e-12)
        self.embeddings = BertEmbeddings(config.vocab_size, config.max_length, width, config.dropout, config.num_segments)

    def pool(self, hidden):
        cls, *_ = hidden.unbind(dim=1)
        return self.activate(self.pooler(cls))

    def forward(self, ids, segments, mask):
        hidden = self.encoder(self.embeddings(ids, segments), mask=padding_mask(mask.long(), 0))
        return hidden, self.pool(hidden)
