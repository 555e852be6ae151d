# Wrong: out_proj is a linear map that forward replaces by the identity.
import torch
from torch import nn

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d_model, d_model) for _ in range(4))
        self.mix = nn.Identity()
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key, value, mask=None):
        q, k, v = [p(x).unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
                   for p, x in zip([self.q_proj, self.k_proj, self.v_proj], [query, key, value])]
        s = q @ k.mT / q.shape[-1] ** 0.5
        w = s.softmax(-1) if mask is None else s.masked_fill(~mask, -1e30).softmax(-1) * mask
        return self.mix((self.dropout(w) @ v).transpose(1, 2).flatten(2)), w
