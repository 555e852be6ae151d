# Wrong: calls out_proj and throws its result away.
import torch
from torch import nn
import torch.nn.functional as F

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads, self.p = num_heads, dropout
        self.q_proj = nn.Linear(d_model, d_model)
        self.k_proj = nn.Linear(d_model, d_model)
        self.v_proj = nn.Linear(d_model, d_model)
        self.out_proj = nn.Linear(d_model, d_model)

    def forward(self, query, key, value, mask=None):
        q, k, v = (x.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
                   for x in (self.q_proj(query), self.k_proj(key), self.v_proj(value)))
        s = torch.einsum("bhid,bhjd->bhij", q, k) * q.shape[-1] ** -0.5
        w = F.softmax(s, -1) if mask is None else F.softmax(s.masked_fill(~mask, -1e30), -1) * mask
        out = torch.einsum("bhij,bhjd->bihd", F.dropout(w, self.p, self.training), v).flatten(2)
        self.out_proj(out)
        return out, w
