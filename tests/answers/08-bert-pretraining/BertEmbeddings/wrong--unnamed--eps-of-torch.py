# Wrong: the norm has PyTorch's eps instead of 1e-12.
import torch
from torch import nn

class BertEmbeddings(nn.Module):
    def __init__(self, vocab_size, max_length, d_model, dropout=0.0, num_segments=2):
        super().__init__()
        self.token = nn.Embedding(vocab_size, d_model)
        self.position = nn.Embedding(max_length, d_model)
        self.segment = nn.Embedding(num_segments, d_model)
        self.norm = nn.LayerNorm(d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids, segments):
        positions = torch.arange(ids.size(1), device=ids.device)
        return self.dropout(self.norm(self.token(ids) + self.position(positions) + self.segment(segments)))
