# Wrong (segment-missing): two of three parts in the sum, in a loop.
import torch
from torch import nn

class BertEmbeddings(nn.Module):
    def __init__(self, vocab_size, max_length, d_model, dropout=0.0, num_segments=2):
        super().__init__()
        self.token = nn.Embedding(vocab_size, d_model)
        self.position = nn.Embedding(max_length, d_model)
        self.segment = nn.Embedding(num_segments, d_model)
        self.norm = nn.LayerNorm(d_model, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids, segments):
        total = 0
        for table, index in ((self.token, ids), (self.position, torch.arange(ids.shape[1], device=ids.device))):
            total = total + table(index)
        return self.dropout(self.norm(total))
