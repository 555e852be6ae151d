# Wrong: the projected query is scaled before it is split, by the width it has then.
import torch
import torch.nn as nn
import torch.nn.functional as F

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.p = dropout
        self.q_proj = nn.Linear(d_model, d_model)
        self.k_proj = nn.Linear(d_model, d_model)
        self.v_proj = nn.Linear(d_model, d_model)
        self.out_proj = nn.Linear(d_model, d_model)

    def forward(self, query, key, value, mask=None):
        Q = self.q_proj(query)
        Q = Q / Q.shape[-1] ** 0.5
        q, k, v = (torch.stack(x.chunk(self.num_heads, -1), 1) for x in (Q, self.k_proj(key), self.v_proj(value)))
        s = torch.einsum("bhid,bhjd->bhij", q, k)
        w = F.softmax(s, -1) if mask is None else F.softmax(s.masked_fill(~mask, -1e30), -1) * mask
        o = torch.einsum("bhij,bhjd->bhid", F.dropout(w, self.p, self.training), v)
        return self.out_proj(torch.cat(o.unbind(1), -1)), w
