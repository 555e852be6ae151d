# Right: a base class does the reading, the subclass the pooling of all positions, of which the first is kept.
import functools
import torch
import torch.nn.functional as F
from torch import nn
from mine import Encoder

class Reader(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        sizes = vars(config)
        self.embeddings = BertEmbeddings(
            sizes["vocab_size"], sizes["max_length"], sizes["hidden_size"], sizes["dropout"], sizes["num_segments"]
        )
        make = functools.partial(Encoder, activation=functools.partial(F.gelu, approximate="none"), norm_eps=1e-12)
        self.encoder = make(sizes["num_layers"], sizes["hidden_size"], sizes["num_heads"], sizes["intermediate_size"], dropout=sizes["dropout"])

    def read(self, ids, segments, mask):
        keys = mask[:, None, None, :]
        return self.encoder(self.embeddings(ids, segments), keys)

class BertModel(Reader):
    def __init__(self, config):
        super().__init__(config)
        self.pooler = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, ids, segments, mask):
        hidden = self.read(ids, segments, mask)
        everywhere = torch.einsum("btd,ed->bte", hidden, self.pooler.weight) + self.pooler.bias
        pooled = everywhere.tanh()[:, 0]
        print(hidden.shape, pooled.shape)
        return hidden, pooled
