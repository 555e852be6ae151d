# Wrong: the mask is applied to the first head only.
import torch
from torch import nn

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d_model, d_model) for _ in range(4))
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key, value, mask=None):
        q, k, v = [p(x).unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
                   for p, x in zip([self.q_proj, self.k_proj, self.v_proj], [query, key, value])]
        s = q @ k.mT / q.shape[-1] ** 0.5
        if mask is None:
            w = s.softmax(-1)
        else:
            full = mask.expand(s.shape).clone()
            full[:, 1:] = True
            w = s.masked_fill(~full, -1e30).softmax(-1) * full
        return self.out_proj((self.dropout(w) @ v).transpose(1, 2).flatten(2)), w
