# Wrong (pooled-by-mean): the mask's shares as weights, by einsum.
import torch
import torch.nn.functional as F
from torch import nn
from mine import Encoder

class BertModel(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        d = config.hidden_size
        self.pooler = nn.Linear(d, d)
        self.encoder = Encoder(config.num_layers, d, config.num_heads, config.intermediate_size, config.dropout, activation=nn.GELU(), norm_eps=1e-12)
        self.embeddings = BertEmbeddings(config.vocab_size, config.max_length, d, config.dropout, config.num_segments)

    def forward(self, ids, segments, mask):
        hidden = self.encoder(self.embeddings(ids, segments), mask[:, None, None])
        shares = F.normalize(mask.to(hidden), p=1, dim=1)
        return hidden, torch.tanh(self.pooler(torch.einsum("bt,btd->bd", shares, hidden)))
