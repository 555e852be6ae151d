# Wrong (scaled): alpha of an addition is the root of the width.
import torch
import torch.nn.functional as F
from torch import nn

class BertEmbeddings(nn.Module):
    def __init__(self, vocab_size, max_length, d_model, dropout=0.0, num_segments=2):
        super().__init__()
        self.token, self.position = nn.Embedding(vocab_size, d_model), nn.Embedding(max_length, d_model)
        self.segment, self.norm = nn.Embedding(num_segments, d_model), nn.LayerNorm(d_model, eps=1e-12)
        self.p = dropout

    def forward(self, ids, segments):
        tokens = F.embedding(ids, self.token.weight)
        others = self.segment(segments) + self.position.weight[: ids.shape[1]]
        return F.dropout(self.norm(torch.add(others, tokens, alpha=tokens.shape[-1] ** 0.5)), self.p, self.training)
