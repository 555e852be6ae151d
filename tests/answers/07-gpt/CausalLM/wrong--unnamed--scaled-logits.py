# Wrong: scaled logits.
import torch
from torch import nn
from mine import Encoder, LearnedPositions

class CausalLM(nn.Module):
    def __init__(self, *sizes, **named):
        super().__init__()
        self.build(*sizes, **named)

    def build(self, vocab_size, max_length, d_model, num_heads, d_ff, num_layers, dropout=0.0):
        self.token_embedding = nn.Embedding(vocab_size, d_model)
        self.positions = LearnedPositions(max_length, d_model)
        self.encoder = Encoder(num_layers=num_layers, d_model=d_model, num_heads=num_heads, d_ff=d_ff,
                               dropout=dropout, pre_norm=True, activation=nn.functional.relu, norm_eps=1e-5)

    @property
    def output_weight(self):
        return self.token_embedding.weight

    def forward(self, ids):
        when = torch.ones_like(ids[:1]).cumsum(-1)
        hidden = self.encoder(self.positions(self.token_embedding(ids)), when.mT >= when)
        return hidden.matmul(self.output_weight.mT) / hidden.shape[-1] ** 0.5
