# Wrong: the mask hides the queries instead of the keys.
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
        hidden = self.encoder(self.embeddings(ids, segments), mask[:, None, :, None])
        return hidden, self.pooler(hidden[:, 0]).tanh()
