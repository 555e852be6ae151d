# Wrong: views to heads and back, no transpose either way.
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

    def heads(self, x):
        B, T, D = x.shape
        return x.reshape(B, self.num_heads, T, D // self.num_heads)

    def forward(self, query, key, value, mask=None):
        q, k, v = self.heads(self.q_proj(query)), self.heads(self.k_proj(key)), self.heads(self.v_proj(value))
        s = torch.einsum("bhid,bhjd->bhij", q, k) * q.shape[-1] ** -0.5
        w = F.softmax(s, -1) if mask is None else F.softmax(s.masked_fill(~mask, -1e30), -1) * mask
        out = torch.einsum("bhij,bhjd->bhid", F.dropout(w, self.p, self.training), v).reshape(query.shape)
        return self.out_proj(out), w
