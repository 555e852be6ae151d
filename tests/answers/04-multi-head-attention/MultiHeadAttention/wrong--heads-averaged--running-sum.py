# Wrong: a loop over heads that adds up their weights and divides by the number of heads.
import torch
from torch import nn

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d_model, d_model) for _ in range(4))
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key, value, mask=None):
        if mask is not None:
            mask = mask.expand(query.shape[0], self.num_heads, query.shape[1], key.shape[1])
        qs, ks, vs = (p(x).chunk(self.num_heads, -1)
                      for p, x in ((self.q_proj, query), (self.k_proj, key), (self.v_proj, value)))
        outs, average = [], 0
        for h, (q, k, v) in enumerate(zip(qs, ks, vs)):
            s = q @ k.mT / q.shape[-1] ** 0.5
            if mask is None:
                w = s.softmax(-1)
            else:
                w = s.masked_fill(~mask[:, h], -1e30).softmax(-1) * mask[:, h]
            outs.append(self.dropout(w) @ v)
            average = average + w / self.num_heads
        return self.out_proj(torch.cat(outs, -1)), average
